import HTTPCore
import HTTPTypes
import OTLP

/// Takes OTLP/HTTP: `POST /v1/traces`, `/v1/metrics` and `/v1/logs` (OTLP specification, OTLP/HTTP).
struct OTLPReceiver: Sendable {
    let intakes: Intakes

    /// Adds the three routes.
    func addRoutes(to router: inout Router) {
        router.post("/v1/traces") { request, _ in
            await receive(request, intakes.spans, ExportTraceServiceResponse.init(rejections:))
        }
        router.post("/v1/metrics") { request, _ in
            await receive(request, intakes.metrics, ExportMetricsServiceResponse.init(rejections:))
        }
        router.post("/v1/logs") { request, _ in
            await receive(request, intakes.logs, ExportLogsServiceResponse.init(rejections:))
        }
    }

    private func receive<Kind: Telemetry>(
        _ request: Request,
        _ intake: Intake<Kind>,
        _ answer: (Rejections) -> some OTLPBody
    ) async -> Response {
        let fields = request.head.headerFields
        let encoding = OTLPEncoding(contentType: fields[.contentType] ?? "")
        let length = fields[.contentLength].flatMap { Int($0) }
        do throws(Refusal) {
            guard let encoding else { throw .unsupportedMediaType(fields[.contentType] ?? "") }
            guard let coding = ContentCoding(fields[.contentEncoding]) else {
                throw .unsupportedContentEncoding(fields[.contentEncoding] ?? "")
            }
            try intake.admit(length)
            var reservation = Reservation(in: intake.budget)
            let bytes = try await read(request.body, length, upTo: intake.maximumRequestBytes, &reservation)
            let body = Intake<Kind>.Body(bytes: bytes, coding: coding, encoding: encoding)
            return encoding.response(answer(try await intake.take(body, &reservation)))
        } catch {
            intake.refusedRequest(error, bodyBytes: length)
            return error.response(in: encoding)
        }
    }

    /// The body as it is sent, within the limit and the budget.
    private func read(
        _ body: RequestBody,
        _ length: Int?,
        upTo limit: Int,
        _ reservation: inout Reservation
    ) async throws(Refusal) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            if let length {
                try reservation.grow(to: length)
                bytes.reserveCapacity(length)
            }
            for try await chunk in body {
                guard bytes.count + chunk.count <= limit else { throw Refusal.tooLarge(limit: limit) }
                try reservation.grow(to: bytes.count + chunk.count)
                bytes += chunk
            }
        } catch let refusal as Refusal {
            throw refusal
        } catch let error as BudgetError {
            throw Refusal(error)
        } catch {
            throw .interrupted("The body could not be read: \(error)")
        }
        return bytes
    }
}
