import HTTPCore
import HTTPTypes
import TextCoding

/// Jaeger's first JSON API: an envelope around each answer and each error.
enum JaegerInterface: QueryInterface {
    static let name = "jaeger"

    /// What happened to one of several traces that were asked for by id.
    struct Missing: Sendable {
        let traceID: String
    }

    static func status(of failure: QueryFailure) -> HTTPResponse.Status {
        switch failure {
        case .invalid: .badRequest
        case .unprocessable, .tooMuch: .unprocessableContent
        case .notFound: .notFound
        case .timedOut, .busy, .unavailable: .serviceUnavailable
        case .failed: .internalServerError
        }
    }

    static func response(to failure: QueryFailure) -> Response {
        error(status(of: failure), failure.message)
    }

    /// An error in the envelope.
    static func error(_ status: HTTPResponse.Status, _ message: String) -> Response {
        var bytes = Array(#"{"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":"#.utf8)
        bytes.append(contentsOf: "\(status.code),\"msg\":".utf8)
        JSONText.append(message, to: &bytes)
        bytes.append(contentsOf: "}]}".utf8)
        return Response(status: status, headers: [.contentType: "application/json"], body: .bytes(bytes))
    }

    /// Whether people are to read the answer: what Jaeger's page shows as a trace's JSON.
    static func isIndented(_ question: Question) -> Bool { question["prettyPrint"] == "true" }

    /// A successful answer, whose data are written piece by piece.
    static func answer(
        to question: Question,
        total: Int = 0,
        missing: [Missing] = [],
        _ data: @escaping @Sendable (AnswerStream) async throws -> Void
    ) -> Response {
        AnswerStream.response(to: question, isIndented: isIndented(question)) { stream in
            stream.bytes.append(contentsOf: #"{"data":"#.utf8)
            try await data(stream)
            stream.bytes.append(contentsOf: ",\"total\":\(total),\"limit\":0,\"offset\":0,\"errors\":".utf8)
            guard !missing.isEmpty else {
                stream.bytes.append(contentsOf: "null}".utf8)
                return
            }
            for (index, each) in missing.enumerated() {
                stream.bytes.append(UInt8(ascii: index == 0 ? "[" : ","))
                stream.bytes.append(contentsOf: #"{"code":404,"msg":"trace not found","traceID":"#.utf8)
                JSONText.append(each.traceID, to: &stream.bytes)
                stream.bytes.append(UInt8(ascii: "}"))
            }
            stream.bytes.append(contentsOf: "]}".utf8)
        }
    }
}
