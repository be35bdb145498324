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
        var deadline = MonotonicTime.distantFuture
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

    /// Hands all bytes to the kernel, waiting while it has no room.
    func write(_ bytes: [UInt8]) async throws(ChannelError) {
        var written = 0
        while written < bytes.count {
            let transfer = state.withLock { state -> Socket.Transfer? in
                guard state.isOpen, state.ended == nil else { return nil }
                return bytes.withUnsafeBytes {
                    Socket.send(descriptor, UnsafeRawBufferPointer(rebasing: $0[written...]))
                }
            }
            switch transfer {
            case .none: throw endedError
            case .bytes(let count): written += count
            case .wouldBlock: try await waitWritable()
            case .failed(let error): throw .failed(error)
            }
        }
    }

    /// Suspends until the socket has something to read, or has ended.
    func waitReadable() async throws(ChannelError) {
        let error = await withUnsafeContinuation { (waiter: Waiter) in
            let now: ChannelError?? = state.withLock { state in
                if let ended = state.ended { return .some(ended) }
                if !state.isOpen { return .some(.aborted) }
                if state.isReadable || state.hasPeerLeft {
                    state.isReadable = false
                    return .some(nil)
                }
                state.reader = waiter
                return .none
            }
            if let now { waiter.resume(returning: now) }
        }
        if let error { throw error }
    }

    /// Suspends until the kernel has room for more bytes, or the channel has ended.
    func waitWritable() async throws(ChannelError) {
        let error = await withUnsafeContinuation { (waiter: Waiter) in
            let now: ChannelError?? = state.withLock { state in
                if let ended = state.ended { return .some(ended) }
                if !state.isOpen { return .some(.aborted) }
                if state.isWritable {
                    state.isWritable = false
                    return .some(nil)
                }
                state.writer = waiter
                return .none
            }
            if let now { waiter.resume(returning: now) }
        }
        if let error { throw error }
    }

    // MARK: Ending

    /// Sets when waiting on this channel ends with ``ChannelError/timedOut``.
    func setDeadline(_ deadline: MonotonicTime) {
        let needsReminder = state.withLock { state in
            state.deadline = deadline
            guard deadline < state.reminder else { return false }
            state.reminder = deadline
            return true
        }
        if needsReminder { shard.remind(self, at: deadline) }
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

    /// Looks at the deadline; the next reminder, or `nil` when none is needed.
    func reminded(at now: MonotonicTime) -> MonotonicTime? {
        let (next, isOver) = state.withLock { state -> (MonotonicTime?, Bool) in
            state.reminder = .distantFuture
            guard state.isOpen, state.ended == nil else { return (nil, false) }
            guard state.deadline > now else { return (nil, true) }
            guard state.deadline != .distantFuture else { return (nil, false) }
            state.reminder = state.deadline
            return (state.deadline, false)
        }
        if isOver { abort(.timedOut) }
        return next
    }
}
