import HTTPCore
import HTTPTypes
import TextCoding

/// Prometheus' HTTP API: an envelope around each answer and each error.
enum PrometheusInterface: QueryInterface {
    static let name = "prometheus"

    static func response(to failure: QueryFailure) -> Response {
        let (status, type): (HTTPResponse.Status, String) =
            switch failure {
            case .invalid: (.badRequest, "bad_data")
            case .unprocessable, .tooMuch: (.unprocessableContent, "execution")
            case .notFound: (.notFound, "not_found")
            case .timedOut: (.serviceUnavailable, "timeout")
            case .busy: (.serviceUnavailable, "unavailable")
            case .unavailable: (.serviceUnavailable, "unavailable")
            case .failed: (.internalServerError, "internal")
            }
        var bytes = Array(#"{"status":"error","errorType":""#.utf8)
        bytes.append(contentsOf: type.utf8)
        bytes.append(contentsOf: #"","error":"#.utf8)
        JSONText.append(failure.message, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return Response(status: status, headers: [.contentType: "application/json"], body: .bytes(bytes))
    }

    /// A successful answer, whose data are written piece by piece.
    static func answer(
        to question: Question,
        warnings: [String] = [],
        infos: [String] = [],
        _ data: @escaping @Sendable (AnswerStream) async throws -> Void
    ) -> Response {
        AnswerStream.response(to: question) { stream in
            stream.bytes.append(contentsOf: #"{"status":"success","data":"#.utf8)
            try await data(stream)
            for (name, notes) in [("warnings", warnings), ("infos", infos)] where !notes.isEmpty {
                stream.bytes.append(contentsOf: ",\"\(name)\":".utf8)
                append(notes, to: &stream.bytes)
            }
            stream.bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Appends an array of texts.
    static func append(_ texts: [String], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        for (index, text) in texts.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.append(text, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }
}
