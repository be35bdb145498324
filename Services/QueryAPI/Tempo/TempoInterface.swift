import HTTPCore
import HTTPTypes

/// Tempo's API: an error is its text.
enum TempoInterface: QueryInterface {
    static let name = "tempo"

    static func response(to failure: QueryFailure) -> Response {
        let status: HTTPResponse.Status =
            switch failure {
            case .invalid: .badRequest
            case .unprocessable, .tooMuch: .unprocessableContent
            case .notFound: .notFound
            case .timedOut, .busy, .unavailable: .serviceUnavailable
            case .failed: .internalServerError
            }
        return text(failure.message, status)
    }

    /// A text as an answer.
    static func text(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: "text/plain; charset=utf-8"], body: .text(text))
    }
}
