import HTTPTypes

/// A response's body while it is written: who writes, how much was written, and how it ends.
///
/// A value without sockets or locks. The pieces of a body have an order, so one task writes at a time, and the end follows
/// the last piece: it waits for a write in progress.
struct OutgoingBodyState {
    private enum Phase {
        case open
        case writing
        /// A task writes, and the end of the body waits for it.
        case writingLast
        /// Nothing more can be written.
        case over
    }

    /// How the body can end.
    enum End: Equatable {
        /// Now.
        case now
        /// Once the write in progress is over; ``writeEnded(_:error:)`` tells.
        case afterWrite
    }

    private let framing: ResponseSerializer.Framing
    private var phase = Phase.open
    private var failure: ResponseWriteError?
    /// The bytes of the body that were written.
    private(set) var written = 0
    /// What follows the last chunk.
    private(set) var trailers = HTTPFields()

    init(framing: ResponseSerializer.Framing) {
        self.framing = framing
    }

    /// A task wants to write so many bytes.
    ///
    /// - Throws: ``ResponseWriteError``: another task writes, the body is over, or longer than was announced.
    mutating func beginWrite(_ count: Int) throws(ResponseWriteError) {
        switch phase {
        case .over, .writingLast: throw .finished
        case .writing: throw .concurrentWrite
        case .open:
            if case .length(let announced) = framing, written + count > announced {
                throw .wrongLength(announced: announced, written: written + count)
            }
            phase = .writing
        }
    }

    /// The write is over; whether the end of the body waits for that.
    ///
    /// - Parameters:
    ///   - count: The bytes that were written.
    ///   - error: Why they could not be, if so.
    mutating func writeEnded(_ count: Int, error: ResponseWriteError? = nil) -> Bool {
        let isAwaited = if case .writingLast = phase { true } else { false }
        written += count
        failure = failure ?? error
        phase = isAwaited || failure != nil ? .over : .open
        return isAwaited
    }

    /// Sets what follows the last chunk, in place of what was set before.
    mutating func setTrailers(_ fields: HTTPFields) throws(ResponseWriteError) {
        switch phase {
        case .over, .writingLast: throw .finished
        case .open, .writing: trailers = fields
        }
    }

    /// The handler is done: no further write begins.
    mutating func finish() -> End {
        switch phase {
        case .writing, .writingLast:
            phase = .writingLast
            return .afterWrite
        case .open, .over:
            phase = .over
            return .now
        }
    }

    /// Whether the body that is over is whole.
    ///
    /// - Throws: ``ResponseWriteError`` when the client must see that it is not.
    func checkWhole() throws(ResponseWriteError) {
        if let failure { throw failure }
        if case .length(let announced) = framing, written != announced {
            throw .wrongLength(announced: announced, written: written)
        }
    }
}
