import CLinux
import Glibc
import Synchronization

/// One non-blocking socket, watched by a shard.
///
/// One task reads and one task writes at a time; a second one that waits for the same gets ``ChannelError/inUse``. The
/// descriptor is closed exactly once, and never while a call on it runs.
final class Channel: Sendable {
    private typealias Waiter = UnsafeContinuation<ChannelError?, Never>

    /// An event that is reported to the channel's observer.
    enum Event: Sendable, Equatable {
        /// The peer will send nothing more; it may still read.
        case peerFinished
        /// The connection is gone in both directions.
        case peerGone
        /// The channel's deadline has passed.
        case timedOut
    }

    private struct State {
        var isOpen = true
        var hasPeerFinished = false
        var isPeerGone = false
        var input = Readiness<Waiter>()
        var output = Readiness<Waiter>()
        var ended: ChannelError?
        /// When the whole channel ends.
        var deadline = MonotonicTime.distantFuture
        var reminder = MonotonicTime.distantFuture
        var observer: (@Sendable (Event) -> Void)?
    }

    let shard: Shard
    let descriptor: Int32
    let token: UInt64
    private let state = Mutex(State())

    /// Takes over a descriptor; ``start()`` begins to watch it.
    init(descriptor: Int32, shard: Shard) {
        self.descriptor = descriptor
        self.shard = shard
        token = shard.makeToken()
    }

    /// Begins to watch the socket.
    ///
    /// - Throws: ``SystemCallError``; the descriptor is closed then.
    func start() throws(SystemCallError) {
        do {
            try shard.add(self)
        } catch {
            Glibc.close(descriptor)
            state.withLock { $0.isOpen = false }
            throw error
        }
    }

    // MARK: Moving bytes

    /// Reads what is there now, or `nil` when nothing is.
    func readAvailable(into buffer: UnsafeMutableRawBufferPointer, peek: Bool = false) throws(ChannelError) -> Int? {
        let transfer = state.withLock { state -> Socket.Transfer? in
            state.isOpen && state.ended == nil ? Socket.receive(descriptor, into: buffer, peek: peek) : nil
        }
        switch transfer {
        case .none: throw endedError
        case .bytes(let count): return count
        case .wouldBlock: return nil
        case .failed(let error): throw .failed(error)
        }
    }

    /// Hands bytes to the kernel as far as it has room now; `nil` when it has none.
    func sendAvailable(_ bytes: UnsafeRawBufferPointer) throws(ChannelError) -> Int? {
        let transfer = state.withLock { state -> Socket.Transfer? in
            state.isOpen && state.ended == nil ? Socket.send(descriptor, bytes) : nil
        }
        switch transfer {
        case .none: throw endedError
        case .bytes(let count): return count
        case .wouldBlock: return nil
        case .failed(let error): throw .failed(error)
        }
    }

    /// Makes a call on the descriptor; `nil` when it is closed, since its number may have been reused.
    func withDescriptor<Result>(_ call: (Int32) -> Result) -> Result? {
        state.withLock { $0.isOpen ? call(descriptor) : nil }
    }

    /// Hands all bytes, from an offset on, to the kernel, waiting while it has no room.
    ///
    /// - Parameter timeout: How long each wait for room may take; without one, the channel's own deadline decides.
    func write(_ bytes: [UInt8], from start: Int = 0, timeout: Timeout? = nil) async throws(ChannelError) {
        var written = start
        while written < bytes.count {
            let outcome = bytes.withUnsafeBytes { bytes -> Result<Int?, ChannelError> in
                do throws(ChannelError) {
                    return .success(try sendAvailable(UnsafeRawBufferPointer(rebasing: bytes[written...])))
                } catch {
                    return .failure(error)
                }
            }
            if let count = try outcome.get() {
                written += count
            } else {
                try await waitWritable(until: timeout.map { .now + $0 } ?? .distantFuture)
            }
        }
    }

    /// Suspends until the socket has something to read, or has ended.
    ///
    /// - Throws: ``ChannelError/timedOut`` after the deadline; the channel can still be used then.
    func waitReadable(until deadline: MonotonicTime = .distantFuture) async throws(ChannelError) {
        try await wait(for: .input, until: deadline)
    }

    /// Suspends until the kernel has room for more bytes, or the channel has ended.
    ///
    /// - Throws: ``ChannelError/timedOut`` after the deadline; the channel can still be used then.
    func waitWritable(until deadline: MonotonicTime = .distantFuture) async throws(ChannelError) {
        try await wait(for: .output, until: deadline)
    }

    private enum Direction {
        case input
        case output
    }

    private func wait(for direction: Direction, until deadline: MonotonicTime) async throws(ChannelError) {
        let error = await withUnsafeContinuation { (waiter: Waiter) in
            var reminder: MonotonicTime?
            let now: ChannelError?? = state.withLock { state in
                if let ended = state.ended { return .some(ended) }
                if !state.isOpen { return .some(.aborted) }
                let wait: Readiness<Waiter>.Wait
                switch direction {
                // What has ended is always readable: the end can be read.
                case .input where state.hasPeerFinished: wait = .ready
                case .input: wait = state.input.wait(waiter, until: deadline)
                case .output: wait = state.output.wait(waiter, until: deadline)
                }
                switch wait {
                case .ready: return .some(nil)
                case .taken: return .some(.inUse)
                case .suspended:
                    reminder = Self.reminder(&state, for: deadline)
                    return .none
                }
            }
            if let reminder { shard.remind(self, at: reminder) }
            if let now { waiter.resume(returning: now) }
        }
        if let error { throw error }
    }

    // MARK: Ending

    /// Sets when this channel ends with ``ChannelError/timedOut``.
    func setDeadline(_ deadline: MonotonicTime) {
        let reminder = state.withLock { state in
            state.deadline = deadline
            return Self.reminder(&state, for: deadline)
        }
        if let reminder { shard.remind(self, at: reminder) }
    }

    /// When the shard has to look at this channel, if it would not do so in time anyway.
    private static func reminder(_ state: inout State, for deadline: MonotonicTime) -> MonotonicTime? {
        guard deadline < state.reminder else { return nil }
        state.reminder = deadline
        return deadline
    }

    /// Ends the channel: what waits wakes up, what comes later throws.
    func abort(_ error: ChannelError = .aborted) {
        let waiters = state.withLock { state in
            guard state.ended == nil else { return (nil, nil) as (Waiter?, Waiter?) }
            state.ended = error
            return (state.input.end(), state.output.end())
        }
        waiters.0?.resume(returning: error)
        waiters.1?.resume(returning: error)
    }

    /// Closes the descriptor. Safe to call again; a task that still waits is woken.
    ///
    /// - Parameter resetting: Whether the peer is told that what it does for this connection is not wanted any more. An
    ///   ordinary end says only that nothing more will be sent.
    func close(resetting: Bool = false) {
        abort()
        state.withLock { state in
            guard state.isOpen else { return }
            state.isOpen = false
            state.observer = nil
            shard.remove(self)
            if resetting { Socket.resetOnClose(descriptor) }
            Glibc.close(descriptor)
        }
    }

    /// Tells the peer that nothing more will come, and leaves the reading side open.
    func finishWriting() {
        state.withLock { state in
            if state.isOpen { _ = shutdown(descriptor, Int32(SHUT_WR)) }
        }
    }

    /// Wakes the task that waits to read, so that it looks at what changed around it.
    func wakeReader() {
        let reader = state.withLock { $0.input.signal() }
        reader?.resume(returning: nil)
    }

    /// Calls back when the peer ends the connection, in one direction or in both, and when the channel's deadline
    /// passes; what has happened already is told at once. `nil` stops listening.
    func observe(_ observer: (@Sendable (Event) -> Void)?) {
        let event = state.withLock { state -> Event? in
            state.observer = observer
            if state.isPeerGone { return .peerGone }
            return state.hasPeerFinished ? .peerFinished : nil
        }
        if let event { observer?(event) }
    }

    /// Whether the peer has said that it sends nothing more.
    var hasPeerFinished: Bool { state.withLock { $0.hasPeerFinished } }

    private var endedError: ChannelError { state.withLock { $0.ended ?? .aborted } }

    // MARK: From the shard

    /// Takes note of what the kernel says is ready.
    func ready(_ events: UInt32) {
        let isGone = events & UInt32(LINUX_HANGUP) != 0
        let hasFinished = isGone || events & UInt32(LINUX_PEER_CLOSED) != 0
        let (reader, writer, news) = state.withLock { state in
            var wake: (reader: Waiter?, writer: Waiter?, news: (@Sendable () -> Void)?) = (nil, nil, nil)
            if hasFinished || events & UInt32(LINUX_READABLE) != 0 { wake.reader = state.input.signal() }
            if isGone || events & UInt32(LINUX_WRITABLE) != 0 { wake.writer = state.output.signal() }
            let isNews = isGone && !state.isPeerGone || hasFinished && !state.hasPeerFinished
            if hasFinished { state.hasPeerFinished = true }
            if isGone { state.isPeerGone = true }
            if isNews, let observer = state.observer {
                wake.news = { observer(isGone ? .peerGone : .peerFinished) }
            }
            return wake
        }
        reader?.resume(returning: nil)
        writer?.resume(returning: nil)
        news?()
    }

    /// Looks at the deadlines; the next reminder, or `nil` when none is needed.
    func reminded(at now: MonotonicTime) -> MonotonicTime? {
        var late: (reader: Waiter?, writer: Waiter?) = (nil, nil)
        var isOver = false
        var observer: (@Sendable (Event) -> Void)?
        let next = state.withLock { state -> MonotonicTime? in
            state.reminder = .distantFuture
            guard state.isOpen, state.ended == nil else { return nil }
            if state.deadline <= now {
                isOver = true
                observer = state.observer
                return nil
            }
            late = (state.input.expire(at: now), state.output.expire(at: now))
            var next = state.deadline
            if let deadline = state.input.deadline { next = min(next, deadline) }
            if let deadline = state.output.deadline { next = min(next, deadline) }
            state.reminder = next
            return next == .distantFuture ? nil : next
        }
        late.reader?.resume(returning: .timedOut)
        late.writer?.resume(returning: .timedOut)
        if isOver {
            abort(.timedOut)
            observer?(.timedOut)
        }
        return next
    }
}
