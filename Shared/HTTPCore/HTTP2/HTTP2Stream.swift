import HTTPTypes

/// A stream of an HTTP/2 connection as its handler has it: the request's body to read, the response's body to write.
final class HTTP2Stream: Sendable {
    let id: Int32
    private let connection: HTTP2Connection
    private let contentLength: Int?

    init(id: Int32, contentLength: Int?, connection: HTTP2Connection) {
        self.id = id
        self.contentLength = contentLength
        self.connection = connection
    }

    /// The fields that came after the body; none before it was read to its end.
    var trailers: HTTPFields { connection.trailers(of: id) }

    /// The next piece of the request's body, or `nil` at the end.
    ///
    /// - Parameter end: Until when it has to come, whatever the pace allows.
    /// - Throws: ``BodyError``.
    func next(until end: MonotonicTime = .distantFuture) async throws(BodyError) -> [UInt8]? {
        try connection.beginReading(id)
        defer { connection.endReading(id) }
        while true {
            switch try connection.read(id) {
            case .piece(let bytes): return bytes
            case .end: return nil
            case .wait: await connection.waitForBody(of: id, until: end)
            }
        }
    }

    /// Reads and drops what is to come of the request's body, when that is short.
    ///
    /// An answer that comes earlier is an error to some clients, libcurl among them, whether they are told to stop sending or
    /// not. One that was asked to wait before it sends (100 Continue) sends nothing.
    func dropShortRest(upTo limit: Int) async {
        guard let contentLength, let received = connection.receivedOfUnfinished(id), contentLength - received <= limit
        else { return }
        while case .some(.some) = try? await next() {}
    }

    /// All that is left of the request's body.
    ///
    /// - Throws: ``BodyError``; ``BodyError/tooLarge(limit:)`` as soon as more than the limit is known to come.
    func collect(upTo limit: Int, until end: MonotonicTime = .distantFuture) async throws(BodyError) -> [UInt8] {
        guard contentLength ?? 0 <= limit else { throw .tooLarge(limit: limit) }
        var whole: [UInt8] = []
        while let piece = try await next(until: end) {
            guard whole.count + piece.count <= limit else {
                connection.refuseBody(of: id, .tooLarge(limit: limit))
                throw .tooLarge(limit: limit)
            }
            if whole.isEmpty {
                whole = piece
                whole.reserveCapacity(contentLength ?? 0)
            } else {
                whole += piece
            }
        }
        return whole
    }
}

extension HTTP2Stream: BodyDestination {
    func send(_ bytes: [UInt8]) async throws(ChannelError) {
        guard !bytes.isEmpty else { return }
        try await connection.write(bytes, on: id)
    }

    func end(trailers: HTTPFields) {
        connection.endBody(trailers: trailers, on: id)
    }
}
