import HTTPTypes

/// A request's body while it arrives on a stream: what has come and was not read, where it ends, and who reads.
///
/// A value without sockets, clocks or locks. The stream's window bounds what waits here.
struct StreamInbox {
    private enum End {
        case none
        case complete(trailers: HTTPFields)
        case failed(BodyError)
    }

    /// What a reader gets.
    enum Step: Equatable {
        case piece([UInt8])
        case end
        /// Nothing is there yet.
        case wait
    }

    private let maximumBytes: Int
    private var unread: [UInt8] = []
    private var end = End.none
    private var isRead = false
    /// The bytes of content so far.
    private(set) var received = 0

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// Whether the client has sent all of the message.
    private(set) var isComplete = false

    /// The fields that came after the content; none before the end was read.
    var trailers: HTTPFields {
        if case .complete(let trailers) = end, unread.isEmpty { trailers } else { [:] }
    }

    /// How many bytes wait for a reader.
    var waiting: Int { unread.count }

    /// Whether a reader need not wait.
    var isReadable: Bool {
        if case .none = end { !unread.isEmpty } else { true }
    }

    // MARK: From the stream

    /// Takes bytes; `false` when nobody will read them.
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        received += bytes.count
        guard case .none = end else { return false }
        guard received <= maximumBytes else {
            fail(.tooLarge(limit: maximumBytes))
            return false
        }
        unread.append(contentsOf: bytes)
        return true
    }

    /// The client has sent everything.
    mutating func complete(trailers: HTTPFields = [:]) {
        isComplete = true
        if case .none = end { end = .complete(trailers: trailers) }
    }

    /// The rest will not come, or is not wanted.
    mutating func fail(_ error: BodyError) {
        if case .none = end { end = .failed(error) }
    }

    /// Gives up what was not read; how many bytes that were.
    mutating func close() -> Int {
        defer { unread = [] }
        end = .failed(.unavailable)
        return unread.count
    }

    // MARK: Readers

    /// A task wants to read.
    ///
    /// - Throws: ``BodyError/unavailable`` while another one reads.
    mutating func beginReading() throws(BodyError) {
        guard !isRead else { throw .unavailable }
        isRead = true
    }

    /// The task that read has gone.
    mutating func endReading() { isRead = false }

    /// The next piece.
    ///
    /// - Throws: ``BodyError`` once what came before the failure was read.
    mutating func next() throws(BodyError) -> Step {
        if !unread.isEmpty {
            defer { unread = [] }
            return .piece(unread)
        }
        switch end {
        case .none: return .wait
        case .complete: return .end
        case .failed(let error): throw error
        }
    }
}
