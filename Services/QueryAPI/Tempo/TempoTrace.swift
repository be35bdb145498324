import HTTPCore
import HTTPTypes
import OTLP

/// A trace by its id, in the forms of Tempo's two generations.
enum TempoTrace {
    /// The generation of the path.
    enum Version: Sendable {
        /// The bare trace.
        case first
        /// The trace as a member of an answer.
        case second
    }

    /// Hints about when it was: that is known better here.
    static let parameters = ["start", "end"]

    /// Whether a client asks for protobuf, which none of Jaeger's JSON API does.
    static func wantsProtobuf(_ question: Question) -> Bool {
        let field = question.request.head.headerFields[.accept]?.lowercased() ?? ""
        return field.contains("application/protobuf") || field.contains("application/x-protobuf")
    }

    /// The answer.
    ///
    /// - Throws: ``QueryFailure``; one that is not found is never an empty trace, which Grafana would fail on.
    static func answer(
        to question: Question,
        _ version: Version,
        _ database: TelemetryDatabase,
        _ configuration: QueryConfiguration
    ) async throws -> Response {
        for name in parameters { _ = try question.nanoseconds(name) }
        guard let id = TraceIdentifier.normalized(question.part("id")) else {
            throw QueryFailure.invalid("invalid trace id: it must have 1 to 32 hexadecimal digits")
        }
        var found: [StoredSpan] = []
        try await SpanReader(database: database).read([id]) { found += $1 }
        guard !found.isEmpty else { throw QueryFailure.notFound("trace not found") }
        let message = ExportTraceServiceRequest(resourceSpans: OTLPTrace.resourceSpans(found))
        let isProtobuf = wantsProtobuf(question)
        // A trace and a request to store spans have the same field.
        let body = isProtobuf ? protobuf(message.encodeProtobuf(), version) : json(message.encodeJSON(), version)
        guard body.count <= configuration.answerBytes else {
            throw QueryFailure.tooMuch("the trace is larger than \(configuration.answerBytes) bytes")
        }
        let type = isProtobuf ? "application/protobuf" : "application/json"
        return AnswerStream.response(to: question, contentType: type) { stream in
            stream.bytes.append(contentsOf: body)
        }
    }

    private static func protobuf(_ trace: [UInt8], _ version: Version) -> [UInt8] {
        guard version == .second else { return trace }
        // Field 1, length-delimited.
        var bytes: [UInt8] = [0x0A]
        var length = trace.count
        while length >= 0x80 {
            bytes.append(UInt8(length & 0x7F) | 0x80)
            length >>= 7
        }
        bytes.append(UInt8(length))
        return bytes + trace
    }

    private static func json(_ message: [UInt8], _ version: Version) -> [UInt8] {
        switch version {
        case .first: Array(#"{"batches""#.utf8) + message.dropFirst(#"{"resourceSpans""#.utf8.count)
        case .second: Array(#"{"trace":"#.utf8) + message + [UInt8(ascii: "}")]
        }
    }
}
