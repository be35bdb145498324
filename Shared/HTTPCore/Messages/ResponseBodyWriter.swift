public import HTTPTypes

/// Writes the pieces of a streamed response body.
///
/// A write returns when the bytes were handed to the kernel, so that a slow reader slows the writer down and memory does
/// not grow.
public struct ResponseBodyWriter: Sendable {
    private let stream: OutgoingBody

    init(_ stream: OutgoingBody) {
        self.stream = stream
    }

    /// Writes a piece of the body.
    ///
    /// - Throws: ``ResponseWriteError`` when the client is gone, reads too slowly, or more is written than was announced.
    public func write(_ bytes: [UInt8]) async throws {
        try await stream.write(bytes)
    }

    /// Sends the head now, before there is a piece of the body.
    ///
    /// - Throws: ``ResponseWriteError``.
    public func flush() async throws {
        try await stream.write()
    }

    /// Sets the trailer fields that follow the body (RFC 9110, section 6.5), in place of those set before. Only a body that
    /// goes out in chunks can have them; for others they are left out. Name them in a `Trailer` field of the head.
    ///
    /// - Throws: ``ResponseWriteError/forbiddenTrailer(_:)`` for a field that must be in the head to be of use or safe.
    public func setTrailers(_ fields: HTTPFields) throws {
        try stream.setTrailers(fields)
    }

    /// Writes a piece of text as UTF-8.
    ///
    /// - Throws: ``ResponseWriteError``, as ``write(_:)-([UInt8])``.
    public func write(_ text: String) async throws {
        try await stream.write(Array(text.utf8))
    }
}

/// Why a response could not be written to its end.
public enum ResponseWriteError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The client closed the connection.
    case clientGone
    /// The client read too slowly.
    case timedOut
    /// The handler wrote another number of bytes than it announced.
    case wrongLength(announced: Int, written: Int)
    /// Two tasks wrote at once; the pieces of a body have an order.
    case concurrentWrite
    /// The field may not come after the body (RFC 9110, section 6.5.1).
    case forbiddenTrailer(String)
    /// The response was over when the writer was used.
    case finished

    /// One sentence about the cause.
    public var description: String {
        switch self {
        case .clientGone: "The client closed the connection before the response was complete."
        case .timedOut: "The client read the response too slowly."
        case .wrongLength(let announced, let written):
            "The handler announced \(announced) bytes and wrote \(written)."
        case .concurrentWrite: "Two tasks wrote to one response at once: write from one task, or wait in between."
        case .forbiddenTrailer(let name): "\(name) may not be a trailer field: set it in the response's head."
        case .finished: "The response was over already: a writer must not outlive the closure that it was given to."
        }
    }
}
