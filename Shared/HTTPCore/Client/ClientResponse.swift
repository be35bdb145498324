public import HTTPTypes

/// The answer to a request.
public struct ClientResponse: Sendable {
    /// Status and fields.
    public var head: HTTPResponse
    /// The version that the server answered in.
    public var version: HTTPVersion
    /// The body, which arrives while it is read.
    public var body: ResponseStream
}

/// The body of an answer: chunks of bytes in the order in which they arrive.
///
/// Read it to its end, and the connection serves the next request; drop it earlier, and the connection is closed.
public struct ResponseStream: AsyncSequence, Sendable {
    /// A chunk of the body; never empty.
    public typealias Element = [UInt8]

    let lease: ConnectionLease

    /// The whole body.
    ///
    /// - Throws: ``HTTPClientError``; ``HTTPClientError/responseTooLarge(limit:)`` when it is larger than allowed.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        var whole: [UInt8] = []
        while let piece = try await lease.next() {
            guard whole.count + piece.count <= limit else {
                lease.discard()
                throw HTTPClientError.responseTooLarge(limit: limit)
            }
            if whole.isEmpty { whole = piece } else { whole += piece }
        }
        return whole
    }

    /// The trailer fields that came after a chunked body (RFC 9110, section 6.5); none before the body was read to its
    /// end.
    public var trailers: HTTPFields { lease.trailers }

    /// Reads chunk by chunk.
    public func makeAsyncIterator() -> Iterator { Iterator(lease: lease) }

    /// Reads a body chunk by chunk.
    public struct Iterator: AsyncIteratorProtocol {
        let lease: ConnectionLease

        /// The next chunk, or `nil` at the end.
        ///
        /// - Throws: ``HTTPClientError``, `CancellationError`.
        public mutating func next() async throws -> [UInt8]? {
            try await lease.next()
        }
    }
}
