import Gzip
import HTTPCore
import HTTPTypes

/// Gathers the pieces of an answer and sends them as they come, compressed if the client takes that.
final class AnswerStream {
    /// So many bytes are gathered before they leave.
    private static let pieceBytes = 65_536

    /// What is to be sent.
    var bytes: [UInt8] = []
    private let writer: ResponseBodyWriter
    private let gzip: GzipStream?
    private var indentation: JSONIndentation?

    private init(_ writer: ResponseBodyWriter, gzip: GzipStream?, indentation: JSONIndentation?) {
        self.writer = writer
        self.gzip = gzip
        self.indentation = indentation
        bytes.reserveCapacity(Self.pieceBytes + 4_096)
    }

    /// Sends what was gathered once it is enough.
    func sendIfLarge() async throws {
        if bytes.count >= Self.pieceBytes { try await send() }
    }

    private func send() async throws {
        let text = indentation?.indent(bytes) ?? bytes
        let piece = gzip?.compress(text) ?? text
        bytes.removeAll(keepingCapacity: true)
        if !piece.isEmpty { try await writer.write(piece) }
    }

    private func finish() async throws {
        try await send()
        if let end = gzip?.finish() { try await writer.write(end) }
    }

    /// A response whose body is written piece by piece.
    ///
    /// - Parameter isIndented: Whether its JSON gets a line for each value.
    static func response(
        to question: Question,
        contentType: String = "application/json",
        isIndented: Bool = false,
        _ write: @escaping @Sendable (AnswerStream) async throws -> Void
    ) -> Response {
        let compresses = question.acceptsGzip
        var response = Response(
            status: .ok,
            headers: [.contentType: contentType, .vary: "Accept-Encoding"],
            body: .stream { writer in
                let stream = AnswerStream(
                    writer,
                    gzip: compresses ? GzipStream(level: 4) : nil,
                    indentation: isIndented ? JSONIndentation() : nil
                )
                try await write(stream)
                try await stream.finish()
            }
        )
        if compresses { response.head.headerFields[.contentEncoding] = "gzip" }
        return response
    }
}
