import HTTPTypes

/// A message's body while it arrives: where it ends, who reads it, and what becomes of what nobody has read.
///
/// A value without sockets, clocks or locks. The body is lent: the connection hands it out with the message and takes it
/// back when the handler is done, and from then on it alone reads.
struct IncomingBodyState {
    /// Who may read now.
    private enum Holder {
        /// The message's handler, which does not read at the moment.
        case handler
        /// A task that was handed out with the message reads.
        case reader
        /// The same, and the connection waits for it to leave.
        case leavingReader
        /// The connection; everybody else is refused.
        case connection
    }

    private enum Progress {
        case length(left: Int)
        case chunked(ChunkedDecoder)
        case untilClose
        case complete(trailers: HTTPFields)
        /// Where the message ends cannot be known any more, or the reader has given it up.
        case broken
    }

    /// What is at the front of the input.
    enum Step: Equatable {
        /// A piece of the body, at this place in the input.
        case piece(Range<Int>)
        case end
        case needsInput
    }

    /// What reading has to begin with.
    enum Start: Equatable {
        case read
        /// The peer waits for `100 Continue` before it sends anything.
        case inviteAndRead
    }

    /// When the connection has the body back.
    enum Return: Equatable {
        case now
        /// A task still reads. Wake it; ``readerLeft()`` tells when it has gone.
        case whenReaderLeaves
    }

    /// What is left of the body when its handler is done.
    enum Remainder: Equatable {
        /// Nothing: the next message follows.
        case nothing
        /// So much that it can be read and dropped.
        case droppable
        /// More, or nobody knows how much: the connection has to close.
        case tooMuch
    }

    private let maximumBytes: Int
    private var holder = Holder.handler
    private var progress: Progress
    private var mustInvite: Bool
    /// The bytes of content so far.
    private(set) var received = 0

    /// - Parameter invites: Whether the peer waits for `100 Continue` before it sends the body.
    init(_ framing: BodyFraming, maximumBytes: Int, limits: MessageLimits, invites: Bool) {
        self.maximumBytes = maximumBytes
        mustInvite = invites
        progress =
            switch framing {
            case .none: .complete(trailers: [:])
            case .length(let length): .length(left: length)
            case .chunked: .chunked(ChunkedDecoder(limits: limits))
            case .untilClose: .untilClose
            }
    }

    /// Whether the end was read, so that the next message can follow.
    var isComplete: Bool {
        if case .complete = progress { true } else { false }
    }

    /// The fields that came after the last chunk; none before the end was read.
    var trailers: HTTPFields {
        if case .complete(let trailers) = progress { trailers } else { [:] }
    }

    /// What is known to come, in bytes.
    var announced: Int? {
        if case .length(let left) = progress { left } else { nil }
    }

    // MARK: Readers

    /// A task wants to read.
    ///
    /// - Throws: ``BodyError/unavailable`` while another one reads, and once the connection has the body back.
    mutating func beginReading() throws(BodyError) -> Start {
        guard case .handler = holder else { throw .unavailable }
        holder = .reader
        return takeInvitation()
    }

    /// Whether the task that reads may go on; it asks whenever it was woken.
    ///
    /// - Throws: ``BodyError/unavailable`` when the connection wants the body back.
    func checkReading() throws(BodyError) {
        if case .leavingReader = holder { throw .unavailable }
    }

    /// The task that read has gone; whether the connection waits for that.
    mutating func readerLeft() -> Bool {
        switch holder {
        case .reader:
            holder = .handler
            return false
        case .leavingReader:
            holder = .connection
            return true
        case .handler, .connection: return false
        }
    }

    /// The connection wants the body back, for good.
    mutating func takeBack() -> Return {
        switch holder {
        case .reader, .leavingReader:
            holder = .leavingReader
            return .whenReaderLeaves
        case .handler, .connection:
            holder = .connection
            return .now
        }
    }

    /// What is left once the connection has the body back.
    ///
    /// - Parameter limit: How many bytes of content may be dropped.
    func remainder(droppingUpTo limit: Int) -> Remainder {
        switch progress {
        case .complete: .nothing
        case .length(let left): !mustInvite && left <= limit ? .droppable : .tooMuch
        case .chunked, .untilClose, .broken: .tooMuch
        }
    }

    private mutating func takeInvitation() -> Start {
        defer { mustInvite = false }
        return mustInvite ? .inviteAndRead : .read
    }

    // MARK: Bytes

    /// Takes the next step.
    ///
    /// - Parameters:
    ///   - bytes: What has arrived and was not used up.
    ///   - limit: The largest piece that is wanted.
    ///   - consumed: How many bytes were used up, those of a piece among them.
    /// - Throws: ``BodyError`` when the body is malformed or larger than allowed; it cannot be read any more then.
    mutating func next(
        _ bytes: UnsafeBufferPointer<UInt8>,
        limit: Int = 65_536,
        consumed: inout Int
    ) throws(BodyError) -> Step {
        switch progress {
        case .complete: return .end
        case .broken: throw .unavailable
        case .length(let left): return nextOfLength(left, available: min(bytes.count, limit), consumed: &consumed)
        case .untilClose:
            guard !bytes.isEmpty else { return .needsInput }
            consumed = min(bytes.count, limit)
            try count(consumed)
            return .piece(0..<consumed)
        case .chunked(var decoder):
            // One owner, so that the decoder changes in place.
            progress = .broken
            do {
                return try nextChunk(&decoder, bytes, consumed: &consumed)
            } catch {
                progress = .broken
                throw error
            }
        }
    }

    private mutating func nextOfLength(_ left: Int, available: Int, consumed: inout Int) -> Step {
        guard left > 0 else {
            progress = .complete(trailers: [:])
            return .end
        }
        guard available > 0 else { return .needsInput }
        consumed = min(left, available)
        received += consumed
        progress = left == consumed ? .complete(trailers: [:]) : .length(left: left - consumed)
        return .piece(0..<consumed)
    }

    private mutating func nextChunk(
        _ decoder: inout ChunkedDecoder,
        _ bytes: UnsafeBufferPointer<UInt8>,
        consumed: inout Int
    ) throws(BodyError) -> Step {
        let event: ChunkedDecoder.Event?
        do throws(ProtocolError) {
            event = try decoder.next(bytes, consumed: &consumed)
        } catch {
            throw .malformed(error.description)
        }
        progress = .chunked(decoder)
        switch event {
        case .data(let range):
            try count(range.count, announced: decoder.announced)
            return .piece(range)
        case .end:
            progress = .complete(trailers: decoder.trailers)
            return .end
        case nil:
            // A chunk that is too large is refused before it comes.
            try count(0, announced: decoder.announced)
            return .needsInput
        }
    }

    private mutating func count(_ bytes: Int, announced: Int = 0) throws(BodyError) {
        received += bytes
        guard received <= maximumBytes - announced else {
            progress = .broken
            throw .tooLarge(limit: maximumBytes)
        }
    }

    /// The peer has ended the connection, or it broke.
    ///
    /// - Throws: ``BodyError/incomplete`` unless the body ends there.
    mutating func connectionEnded() throws(BodyError) {
        switch progress {
        case .complete: return
        case .untilClose: progress = .complete(trailers: [:])
        case .length, .chunked, .broken:
            progress = .broken
            throw .incomplete
        }
    }

    /// The reader does not want the rest: it is larger than the reader allows, or came too slowly.
    mutating func giveUp() {
        if !isComplete { progress = .broken }
    }
}
