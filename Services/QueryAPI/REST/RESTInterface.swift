import HTTPCore
import HTTPTypes
import ServiceKit

/// The service's own API: JSON in and out, and problem details (RFC 9457) for what is refused.
enum RESTInterface: QueryInterface {
    static let name = "rest"

    static func response(to failure: QueryFailure) throws -> Response {
        switch failure {
        case .invalid(let text): throw Problem(.badRequest, title: "Invalid request", detail: text)
        case .unprocessable(let text): throw Problem(.unprocessableContent, detail: text)
        case .tooMuch(let text): throw Problem(.unprocessableContent, title: "Too much", detail: text)
        case .notFound(let text): throw Problem.notFound(text)
        case .timedOut: throw Problem(.serviceUnavailable, title: "Timeout", detail: failure.message)
        case .busy, .unavailable: throw Problem.unavailable(failure.message, retryAfter: 1)
        case .failed: throw Problem(.internalServerError, detail: failure.message)
        }
    }
}
