import HTTPCore
import HTTPTypes
import OTLP

/// Takes OTLP/HTTP: `POST /v1/traces`, `/v1/metrics` and `/v1/logs` (OTLP specification, OTLP/HTTP).
struct OTLPReceiver: Sendable {
    let intake: Intake

    private var budget: MemoryBudget { intake.pipeline.budget }
    private var statistics: Statistics { intake.pipeline.statistics }

    /// Adds the three routes.
    func addRoutes(to router: inout Router) {
        router.post("/v1/traces") { request, _ in
            await receive(request, .spans) { body, reservation throws(Refusal) in
                try await intake.takeSpans(body, &reservation)
            }
        }
        router.post("/v1/metrics") { request, _ in
            await receive(request, .metricPoints) { body, reservation throws(Refusal) in
                try await intake.takeMetrics(body, &reservation)
            }
        }
        router.post("/v1/logs") { request, _ in
            await receive(request, .logRecords) { body, reservation throws(Refusal) in
                try await intake.takeLogs(body, &reservation)
            }
        }
    }

    private func receive(
        _ request: Request,
        _ signal: Signal,
        _ take: (Intake.Body, inout Reservation) async throws(Refusal) -> some OTLPBody
    ) async -> Response {
        let contentType = request.head.headerFields[.contentType] ?? ""
        let encoding = OTLPEncoding(contentType: contentType)
        do throws(Refusal) {
            guard let encoding else { throw .unsupportedMediaType(contentType) }
            let codingName = request.head.headerFields[.contentEncoding]
            guard let coding = ContentCoding(codingName) else {
                throw .unsupportedContentEncoding(codingName ?? "")
            }
            var reservation = Reservation(in: budget)
            let bytes = try await body(of: request, &reservation)
            let body = Intake.Body(bytes: bytes, coding: coding, encoding: encoding)
            return encoding.response(try await take(body, &reservation))
        } catch {
            statistics.refusedRequest(signal, error)
            return error.response(in: encoding)
        }
    }

    /// The body as it is sent, within the limit and the budget; what cannot be taken is refused before it is read.
    private func body(of request: Request, _ reservation: inout Reservation) async throws(Refusal) -> [UInt8] {
        let limit = intake.maximumRequestBytes
        var body: [UInt8] = []
        do {
            if let length = request.head.headerFields[.contentLength].flatMap({ Int($0) }) {
                guard length <= limit else { throw Refusal.tooLarge(limit: limit) }
                try reservation.grow(to: length)
                body.reserveCapacity(length)
            }
            for try await chunk in request.body {
                guard body.count + chunk.count <= limit else { throw Refusal.tooLarge(limit: limit) }
                try reservation.grow(to: body.count + chunk.count)
                body += chunk
            }
        } catch let refusal as Refusal {
            throw refusal
        } catch let error as BudgetError {
            throw Refusal(error)
        } catch {
            throw .interrupted("The body could not be read: \(error)")
        }
        return body
    }
}
