import HTTPCore
import HTTPTypes
import LoadEngine
import ServiceKit

/// The routes of a running load, for this machine only: its status, and a change of its rate.
struct ControlRoutes: Sendable {
    let control: LoadControl
    let report: LoadReport
    /// Whether there is a rate to change: a closed load has none.
    let hasRate: Bool

    /// `GET /status` and `POST /rate`.
    func router() -> Router {
        var router = Router()
        router.use(ControlProblems())
        router.get("/status") { _, _ in .json(ControlStatus(report.current, elapsed: report.elapsed)) }
        router.post("/rate") { request, _ in
            // A page in a browser cannot send application/json to another origin without permission.
            guard request.head.headerFields[.contentType]?.lowercased().hasPrefix("application/json") == true else {
                throw Problem(.unsupportedMediaType, detail: #"Send {"rate": 50} as application/json."#)
            }
            let order = try await request.json(RateOrder.self)
            guard order.rate > 0, order.rate <= 100_000 else {
                throw Problem.invalid("rate", "must be above 0 and at most 100000")
            }
            guard hasRate else {
                throw Problem.conflict("This load is closed: how fast it goes is for the shop to say.")
            }
            control.change(to: order.rate)
            return .json(order)
        }
        return router
    }
}

/// The body of `POST /rate`, and its answer.
private struct RateOrder: Codable {
    /// Visits a second.
    let rate: Double
}

/// The answer to `GET /status`.
struct ControlStatus: Codable, Sendable, Equatable {
    let elapsed: Double
    let visits: Int
    let inFlight: Int
    let requests: Int
    let errors: Int
    let lateStarts: Int
    let p50: Double
    let p99: Double

    init(_ state: LoadReport.State, elapsed: Double) {
        let total = state.total
        self.elapsed = elapsed
        visits = total.started
        inFlight = state.inFlight
        requests = total.requests
        errors = total.errors
        lateStarts = state.late
        p50 = Double(total.responseTime.percentile(50)) / 1e6
        p99 = Double(total.responseTime.percentile(99)) / 1e6
    }

    enum CodingKeys: String, CodingKey {
        case elapsed = "elapsed_s"
        case visits
        case inFlight = "in_flight"
        case requests, errors
        case lateStarts = "late_starts"
        case p50 = "p50_ms"
        case p99 = "p99_ms"
    }
}

private struct ControlProblems: Middleware {
    func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response {
        do {
            return try await next.respond(to: request, context: context)
        } catch let problem as Problem {
            return problem.response(traceID: nil)
        }
    }
}
