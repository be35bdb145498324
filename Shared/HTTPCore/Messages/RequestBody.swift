public import HTTPTypes

/// The body of a request: chunks of bytes in the order in which they arrive.
///
/// It is read once. What the handler leaves unread is drained, up to a limit, before the connection takes its next
/// request.
public struct RequestBody: AsyncSequence, Sendable {
    /// A chunk of the body; never empty.
    public typealias Element = [UInt8]

    fileprivate enum Source: Sendable {
        case bytes([UInt8])
        case connection(IncomingBody)
        case stream(HTTP2Stream)
    }

    private let source: Source

    static var empty: RequestBody { RequestBody(bytes: []) }

    init(bytes: [UInt8]) {
        source = .bytes(bytes)
    }

    init(_ body: IncomingBody) {
        source = .connection(body)
    }

    init(_ stream: HTTP2Stream) {
        source = .stream(stream)
    }

    /// The whole body.
    ///
    /// - Parameters:
    ///   - limit: How many bytes it may have.
    ///   - time: How long it may take to come; as long as the server's pace allows by default.
    /// - Throws: ``BodyError``; ``BodyError/tooLarge(limit:)`` as soon as more than the limit is known to come,
    ///   ``BodyError/timedOut`` when the time is over.
    public func collect(upTo limit: Int, within time: Duration? = nil) async throws -> [UInt8] {
        let end = time.map { MonotonicTime.now + $0 } ?? .distantFuture
        switch source {
        case .bytes(let bytes):
            guard bytes.count <= limit else { throw BodyError.tooLarge(limit: limit) }
            return bytes
        case .connection(let body):
            return try await body.collect(upTo: limit, until: end)
        case .stream(let stream):
            return try await stream.collect(upTo: limit, until: end)
        }
    }

    /// The trailer fields that came after the body (RFC 9110, section 6.5); none before it was read to its end.
    public var trailers: HTTPFields {
        switch source {
        case .bytes: [:]
        case .connection(let body): body.trailers
        case .stream(let stream): stream.trailers
        }
    }

    /// Reads chunk by chunk.
    public func makeAsyncIterator() -> Iterator {
        Iterator(source: source)
    }

    /// Reads a body chunk by chunk.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var source: Source

        /// The next chunk, or `nil` at the end.
        ///
        /// - Throws: ``BodyError``.
        public mutating func next() async throws -> [UInt8]? {
            switch source {
            case .connection(let body): return try await body.next()
            case .stream(let stream): return try await stream.next()
            case .bytes(let rest):
                source = .bytes([])
                return rest.isEmpty ? nil : rest
            }
        }
    }
}
