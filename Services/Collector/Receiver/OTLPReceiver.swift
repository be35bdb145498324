import Gzip
import HTTPCore
import HTTPTypes
import OTLP

/// Takes OTLP/HTTP: `POST /v1/traces`, `/v1/metrics` and `/v1/logs` (OTLP specification, OTLP/HTTP).
///
/// What is answered with 200 is held in memory, within the budget, until ClickHouse has stored it.
struct OTLPReceiver: Sendable {
    let pipeline: Pipeline
    /// How large a body may be once it is expanded.
    let maximumRequestBytes: Int

    private var statistics: Statistics { pipeline.statistics }

    /// Adds the three routes.
    func addRoutes(to router: inout Router) {
        router.post("/v1/traces") { request, _ in
            await receive(request, .spans) { (message: ExportTraceServiceRequest, reservation) throws(Refusal) in
                let batch = SpanBatch(message)
                try await keep(batch.count, .spans) { () throws(Refusal) in
                    try await pipeline.accept(batch, &reservation)
                }
                guard batch.invalidCount > 0 else { return ExportTraceServiceResponse() }
                statistics.refused(batch.invalidCount, .spans)
                let reason = "Spans without a trace id or a span id are not stored."
                return ExportTraceServiceResponse(
                    partialSuccess: .init(rejectedSpans: Int64(batch.invalidCount), errorMessage: reason)
                )
            }
        }
        router.post("/v1/metrics") { request, _ in
            await receive(request, .metricPoints) {
                (message: ExportMetricsServiceRequest, reservation) throws(Refusal) in
                let batch = MetricBatch(message)
                try await keep(batch.count, .metricPoints) { () throws(Refusal) in
                    try await pipeline.accept(batch, &reservation)
                }
                return ExportMetricsServiceResponse()
            }
        }
        router.post("/v1/logs") { request, _ in
            await receive(request, .logRecords) { (message: ExportLogsServiceRequest, reservation) throws(Refusal) in
                let batch = LogBatch(message)
                try await keep(batch.count, .logRecords) { () throws(Refusal) in
                    try await pipeline.accept(batch, &reservation)
                }
                return ExportLogsServiceResponse()
            }
        }
    }

    /// Counts items as accepted or refused, as the pipeline says.
    private func keep(_ count: Int, _ signal: Signal, _ accept: () async throws(Refusal) -> Void) async throws(Refusal)
    {
        do throws(Refusal) {
            try await accept()
        } catch {
            statistics.refused(count, signal)
            throw error
        }
        statistics.accepted(count, signal)
    }

    private func receive<Message: OTLPBody>(
        _ request: Request,
        _ signal: Signal,
        _ store: (Message, inout Reservation) async throws(Refusal) -> some OTLPBody
    ) async -> Response {
        let contentType = request.head.headerFields[.contentType] ?? ""
        let encoding = OTLPEncoding(contentType: contentType)
        do throws(Refusal) {
            guard let encoding else { throw .unsupportedMediaType(contentType) }
            var reservation = Reservation(in: pipeline.budget)
            let body = try await body(of: request, &reservation)
            let bodyBytes = reservation.bytes
            let cost = DecodingCost.estimate(body, in: encoding, for: signal)
            try reservation.grow(to: bodyBytes + cost)
            let message: Message
            do throws(OTLPDecodingError) {
                message = try encoding.decode(Message.self, body)
            } catch {
                throw .undecodable(error.description)
            }
            // What the rows take comes instead.
            reservation.shrink(to: bodyBytes)
            return encoding.response(try await store(message, &reservation))
        } catch {
            statistics.refusedRequest(signal, error)
            return error.response(in: encoding)
        }
    }

    /// The expanded body, within the limit and the budget.
    private func body(of request: Request, _ reservation: inout Reservation) async throws(Refusal) -> [UInt8] {
        let coding = request.head.headerFields[.contentEncoding]?.lowercased() ?? "identity"
        guard ["gzip", "identity", ""].contains(coding) else { throw .unsupportedContentEncoding(coding) }
        if let length = request.head.headerFields[.contentLength].flatMap({ Int($0) }), length > maximumRequestBytes {
            throw .tooLarge(limit: maximumRequestBytes)
        }
        var body: [UInt8] = []
        do {
            for try await chunk in request.body {
                guard body.count + chunk.count <= maximumRequestBytes else {
                    throw Refusal.tooLarge(limit: maximumRequestBytes)
                }
                try reservation.grow(to: body.count + chunk.count)
                body += chunk
            }
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw .interrupted("The body could not be read: \(error)")
        }
        guard coding == "gzip" else { return body }
        do throws(GzipError) {
            body = try Gzip.expand(body, upTo: maximumRequestBytes)
        } catch {
            if case .tooLarge(let limit) = error { throw .tooLarge(limit: limit) }
            throw .undecodable(error.description)
        }
        try reservation.grow(to: reservation.bytes + body.count)
        return body
    }
}
