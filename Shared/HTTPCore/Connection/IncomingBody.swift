import HTTPTypes
import Synchronization

/// A message's body while it arrives on a connection: moves bytes as its ``IncomingBodyState`` says.
final class IncomingBody: Sendable {
    /// What reading needs to know of the connection.
    struct Source: Sendable {
        let channel: Channel
        let input: InputBuffer
        let maximumBytes: Int
        let limits: MessageLimits
        /// What has to be sent before the peer can be expected to go on; `nil` on the client's side.
        var output: OutputBuffer?
        /// How slowly the body may come; `nil` leaves it to the channel's own deadline.
        var pace: BodyPace?
    }

    private struct Shared {
        var body: IncomingBodyState
        /// How long the peer was waited for, in nanoseconds.
        var waited: UInt64 = 0
        /// The connection, while it waits for a reader to leave.
        var owner: UnsafeContinuation<Void, Never>?
    }

    private let source: Source
    private let shared: Mutex<Shared>

    /// A body on a connection.
    ///
    /// - Parameter invites: Whether the client waits for `100 Continue` before it sends the body.
    init(_ framing: BodyFraming, source: Source, invites: Bool = false) {
        self.source = source
        let state = IncomingBodyState(
            framing,
            maximumBytes: source.maximumBytes,
            limits: source.limits,
            invites: invites
        )
        shared = Mutex(Shared(body: state))
    }

    /// Whether the end was read, so that the next message can follow.
    var isComplete: Bool { shared.withLock { $0.body.isComplete } }

    /// The fields that came after the last chunk; none before the end was read.
    var trailers: HTTPFields { shared.withLock { $0.body.trailers } }

    // MARK: For those who read

    /// The next piece, or `nil` at the end.
    ///
    /// - Parameter end: Until when it has to come, whatever the pace allows.
    /// - Throws: ``BodyError``.
    func next(until end: MonotonicTime = .distantFuture) async throws(BodyError) -> [UInt8]? {
        let start = try shared.withLock { shared throws(BodyError) in try shared.body.beginReading() }
        defer { leave() }
        if start == .inviteAndRead { source.output?.append { $0.append("HTTP/1.1 100 Continue\r\n\r\n") } }
        return try await read(until: end)
    }

    /// All that is left.
    ///
    /// - Throws: ``BodyError``; ``BodyError/tooLarge(limit:)`` as soon as more than the limit is known to come.
    func collect(upTo limit: Int, until end: MonotonicTime = .distantFuture) async throws(BodyError) -> [UInt8] {
        try shared.withLock { shared throws(BodyError) in
            guard shared.body.announced ?? 0 <= limit else { throw .tooLarge(limit: limit) }
        }
        var whole: [UInt8] = []
        while let piece = try await next(until: end) {
            guard whole.count + piece.count <= limit else {
                shared.withLock { $0.body.giveUp() }
                throw .tooLarge(limit: limit)
            }
            if whole.isEmpty { whole = piece } else { whole += piece }
        }
        return whole
    }

    private func leave() {
        let owner = shared.withLock { shared -> UnsafeContinuation<Void, Never>? in
            guard shared.body.readerLeft() else { return nil }
            defer { shared.owner = nil }
            return shared.owner
        }
        owner?.resume()
    }

    // MARK: For the connection

    /// Takes the body back; returns when no other task reads from the connection any more.
    ///
    /// - Parameter limit: How many bytes may be dropped to keep the connection.
    /// - Returns: What is left to be dropped.
    func takeBack(droppingUpTo limit: Int) async -> IncomingBodyState.Remainder {
        await withUnsafeContinuation { (owner: UnsafeContinuation<Void, Never>) in
            let mustWait = shared.withLock { shared in
                guard shared.body.takeBack() == .whenReaderLeaves else { return false }
                shared.owner = owner
                return true
            }
            if mustWait { source.channel.wakeReader() } else { owner.resume() }
        }
        dropAvailable(upTo: limit)
        return shared.withLock { $0.body.remainder(droppingUpTo: limit) }
    }

    /// Drops what has arrived already: a body in chunks whose end is there costs no connection.
    private func dropAvailable(upTo limit: Int) {
        let start = shared.withLock { $0.body.received }
        while let step = try? step(copying: false), step != .end {
            if step == .needsInput, source.input.isDrained || (try? fillAvailable()) != true { return }
            guard shared.withLock({ $0.body.received }) - start <= limit else { return }
        }
    }

    /// Reads what is left after ``takeBack(droppingUpTo:)`` and drops it; whether the next message can be read.
    func drop() async -> Bool {
        do throws(BodyError) {
            while try await read(copying: false) != nil {}
            return true
        } catch {
            return false
        }
    }

    // MARK: Reading

    /// A step, with the bytes of its piece.
    private enum Taken: Equatable {
        case piece([UInt8])
        case end
        case needsInput
    }

    private func read(
        copying: Bool = true,
        until end: MonotonicTime = .distantFuture
    ) async throws(BodyError) -> [UInt8]? {
        while true {
            switch try step(copying: copying) {
            case .piece(let bytes): return bytes
            case .end: return nil
            case .needsInput:
                let came = try await fill(until: end)
                guard came else {
                    try shared.withLock { shared throws(BodyError) in try shared.body.connectionEnded() }
                    return nil
                }
            }
        }
    }

    private func step(copying: Bool) throws(BodyError) -> Taken {
        var consumed = 0
        let taken = try source.input.withUnread { bytes throws(BodyError) -> Taken in
            switch try shared.withLock({ shared throws(BodyError) in try shared.body.next(bytes, consumed: &consumed) })
            {
            case .piece(let range): .piece(copying ? Array(bytes[range]) : [])
            case .end: .end
            case .needsInput: .needsInput
            }
        }
        source.input.consume(consumed)
        return taken
    }

    /// Waits for more bytes; `false` at the end of the stream.
    private func fill(until end: MonotonicTime) async throws(BodyError) -> Bool {
        if let came = try fillAvailable() { return came }
        if let output = source.output { try await failing { () async throws(ChannelError) in try await output.send() } }
        let start = MonotonicTime.now
        let paced = shared.withLock { shared in
            source.pace?.deadline(from: start, received: shared.body.received, waited: shared.waited)
        }
        let deadline = min(paced ?? .distantFuture, end)
        defer { shared.withLock { $0.waited += MonotonicTime.now.nanoseconds - start.nanoseconds } }
        while true {
            if source.input.isDrained {
                try await failing { () async throws(ChannelError) in
                    try await source.input.waitReadable(until: deadline)
                }
            }
            try shared.withLock { shared throws(BodyError) in try shared.body.checkReading() }
            if let came = try fillAvailable() { return came }
        }
    }

    private func fillAvailable() throws(BodyError) -> Bool? {
        do throws(ChannelError) {
            return try source.input.fillAvailable()
        } catch {
            throw failed(error)
        }
    }

    private func failing(_ body: () async throws(ChannelError) -> Void) async throws(BodyError) {
        do throws(ChannelError) {
            try await body()
        } catch {
            throw failed(error)
        }
    }

    private func failed(_ error: ChannelError) -> BodyError {
        shared.withLock { $0.body.giveUp() }
        return error == .timedOut ? .timedOut : .incomplete
    }
}
