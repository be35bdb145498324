import CLinux
import Glibc
import Synchronization

/// One non-blocking socket, watched by a shard.
///
/// At most one task reads and one task writes at a time. Readiness is edge-triggered: an event sets a flag or wakes the
/// task that waits, so that a task that finds nothing to read never misses what arrived in between. The descriptor is
/// closed exactly once, and never while a call on it runs.
final class Channel: Sendable {
    private typealias Waiter = UnsafeContinuation<ChannelError?, Never>

    private struct State {
        var isOpen = true
        var isReadable = false
        var hasPeerLeft = false
        var isWritable = false
        var reader: Waiter?
        var writer: Waiter?
        var ended: ChannelError?
        /// When the whole channel ends.
        var deadline = MonotonicTime.distantFuture
        /// When the task that waits to read, or to write, is woken with an error; the channel lives on.
        var readDeadline = MonotonicTime.distantFuture
        var writeDeadline = MonotonicTime.distantFuture
        var reminder = MonotonicTime.distantFuture
        var whenPeerLeaves: (@Sendable () -> Void)?
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

    /// Makes a call on the descriptor; `nil` when that is closed, and its number perhaps somebody else's.
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
        let error = await withUnsafeContinuation { (waiter: Waiter) in
            var reminder: MonotonicTime?
            let now: ChannelError?? = state.withLock { state in
                if let ended = state.ended { return .some(ended) }
                if !state.isOpen { return .some(.aborted) }
                if state.isReadable || state.hasPeerLeft {
                    state.isReadable = false
                    return .some(nil)
                }
                state.reader = waiter
                state.readDeadline = deadline
                reminder = Self.reminder(&state, for: deadline)
                return .none
            }
            if let reminder { shard.remind(self, at: reminder) }
            if let now { waiter.resume(returning: now) }
        }
        if let error { throw error }
    }

    /// Suspends until the kernel has room for more bytes, or the channel has ended.
    ///
    /// - Throws: ``ChannelError/timedOut`` after the deadline; the channel can still be used then.
    func waitWritable(until deadline: MonotonicTime = .distantFuture) async throws(ChannelError) {
        let error = await withUnsafeContinuation { (waiter: Waiter) in
            var reminder: MonotonicTime?
            let now: ChannelError?? = state.withLock { state in
                if let ended = state.ended { return .some(ended) }
                if !state.isOpen { return .some(.aborted) }
                if state.isWritable {
                    state.isWritable = false
                    return .some(nil)
                }
                state.writer = waiter
                state.writeDeadline = deadline
                reminder = Self.reminder(&state, for: deadline)
                return .none
            }
            if let reminder { shard.remind(self, at: reminder) }
            if let now { waiter.resume(returning: now) }
        }
        if let error { throw error }
    }

    // MARK: Ending

    /// Sets when this channel ends with ``ChannelError/timedOut``, for whoever uses it then.
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

    /// Ends the channel for whoever uses it: what waits wakes up, what comes later throws.
    func abort(_ error: ChannelError = .aborted) {
        let (reader, writer) = state.withLock { state in
            guard state.ended == nil else { return (nil, nil) as (Waiter?, Waiter?) }
            state.ended = error
            defer { (state.reader, state.writer) = (nil, nil) }
            return (state.reader, state.writer)
        }
        reader?.resume(returning: error)
        writer?.resume(returning: error)
    }

    /// Closes the descriptor. Safe to call again; whoever still waits is woken.
    func close() {
        abort()
        state.withLock { state in
            guard state.isOpen else { return }
            state.isOpen = false
            state.whenPeerLeaves = nil
            shard.remove(self)
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
        let reader = state.withLock { state in
            defer { state.reader = nil }
            if state.reader == nil { state.isReadable = true }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// Calls back, once, when the peer ends the connection; `nil` stops listening for it.
    func onPeerLeft(_ action: (@Sendable () -> Void)?) {
        state.withLock { $0.whenPeerLeaves = action }
    }

    private var endedError: ChannelError { state.withLock { $0.ended ?? .aborted } }

    // MARK: From the shard

    /// Takes note of what the kernel says is ready.
    func ready(_ events: UInt32) {
        let (reader, writer, peerLeft) = state.withLock { state in
            var wake: (reader: Waiter?, writer: Waiter?, peerLeft: (@Sendable () -> Void)?) = (nil, nil, nil)
            let isOver = events & UInt32(LINUX_PEER_CLOSED | LINUX_HANGUP) != 0
            if isOver { state.hasPeerLeft = true }
            if isOver || events & UInt32(LINUX_READABLE) != 0 {
                wake.reader = state.reader
                state.reader = nil
                state.isReadable = wake.reader == nil
            }
            if events & UInt32(LINUX_WRITABLE | LINUX_HANGUP) != 0 {
                wake.writer = state.writer
                state.writer = nil
                state.isWritable = wake.writer == nil
            }
            if isOver {
                wake.peerLeft = state.whenPeerLeaves
                state.whenPeerLeaves = nil
            }
            return wake
        }
        reader?.resume(returning: nil)
        writer?.resume(returning: nil)
        peerLeft?()
    }

    /// Looks at the deadlines; the next reminder, or `nil` when none is needed.
    func reminded(at now: MonotonicTime) -> MonotonicTime? {
        var late: (reader: Waiter?, writer: Waiter?) = (nil, nil)
        var isOver = false
        let next = state.withLock { state -> MonotonicTime? in
            state.reminder = .distantFuture
            guard state.isOpen, state.ended == nil else { return nil }
            if state.deadline <= now {
                isOver = true
                return nil
            }
            if state.readDeadline <= now, let reader = state.reader { (late.reader, state.reader) = (reader, nil) }
            if state.writeDeadline <= now, let writer = state.writer { (late.writer, state.writer) = (writer, nil) }
            var next = state.deadline
            if state.reader != nil { next = min(next, state.readDeadline) }
            if state.writer != nil { next = min(next, state.writeDeadline) }
            state.reminder = next
            return next == .distantFuture ? nil : next
        }
        late.reader?.resume(returning: .timedOut)
        late.writer?.resume(returning: .timedOut)
        if isOver { abort(.timedOut) }
        return next
    }
}
