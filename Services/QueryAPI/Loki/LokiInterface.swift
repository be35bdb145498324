import HTTPCore
import HTTPTypes

/// Loki's HTTP API: errors are plain text.
enum LokiInterface: QueryInterface {
    static let name = "loki"

    static func response(to failure: QueryFailure) -> Response {
        let status: HTTPResponse.Status =
            switch failure {
            case .invalid, .unprocessable, .tooMuch: .badRequest
            case .notFound: .notFound
            case .timedOut: .gatewayTimeout
            case .busy: .tooManyRequests
            case .unavailable: .serviceUnavailable
            case .failed: .internalServerError
            }
        return Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: .text(failure.message + "\n")
        )
    }

    /// A successful answer in Loki's envelope, whose data are written piece by piece.
    static func answer(
        to question: Question,
        _ data: @escaping @Sendable (AnswerStream) async throws -> Void
    ) -> Response {
        AnswerStream.response(to: question) { stream in
            stream.bytes.append(contentsOf: #"{"status":"success","data":"#.utf8)
            try await data(stream)
            stream.bytes.append(UInt8(ascii: "}"))
        }
    }

    /// A successful answer of a list of texts.
    static func answer(to question: Question, _ texts: [String]) -> Response {
        answer(to: question) { stream in PrometheusInterface.append(texts, to: &stream.bytes) }
    }
}
