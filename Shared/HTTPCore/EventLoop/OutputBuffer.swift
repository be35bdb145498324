import Synchronization

/// The bytes that a connection has ready to send: the answers to pipelined requests are gathered here and leave together.
final class OutputBuffer: Sendable {
    private struct State {
        var bytes: OutputBytes
        /// What to call when the bytes have left, in order.
        var completions: [@Sendable (ChannelError?) -> Void] = []
        var isAnnounced = false
    }

    private let channel: Channel
    private let timeout: Timeout
    private let state: Mutex<State>

    /// - Parameter timeout: How long the peer may take to make room for more.
    init(channel: Channel, timeout: Timeout) {
        self.channel = channel
        self.timeout = timeout
        state = Mutex(State(bytes: OutputBytes(pool: channel.shard.blocks)))
    }

    deinit {
        state.withLock { $0.bytes.release() }
    }

    var isEmpty: Bool { state.withLock { $0.bytes.isEmpty } }
    var count: Int { state.withLock { $0.bytes.count } }

    /// Adds bytes.
    func append(_ write: (inout OutputBytes) -> Void) {
        state.withLock { write(&$0.bytes) }
    }

    /// Calls back once everything that was added so far has left, or could not.
    func whenSent(_ action: @escaping @Sendable (ChannelError?) -> Void) {
        state.withLock { $0.completions.append(action) }
    }

    /// Has the shard send what is here once its queued jobs have run, unless that happens earlier.
    func sendSoon() {
        let mustAnnounce = state.withLock { state in
            guard !state.bytes.isEmpty, !state.isAnnounced else { return false }
            state.isAnnounced = true
            return true
        }
        if mustAnnounce { channel.shard.sendAfterJobs(self) }
    }

    /// Sends what the kernel takes now. An error shows when the next bytes are sent.
    func sendAvailable() {
        state.withLock { $0.isAnnounced = false }
        _ = try? sendOnce()
    }

    /// Sends everything, waiting while the peer has no room.
    func send() async throws(ChannelError) {
        do throws(ChannelError) {
            while try !sendOnce() { try await channel.waitWritable(until: .now + timeout) }
        } catch {
            complete(error)
            throw error
        }
    }

    /// Sends everything and then bytes that need not be copied here first.
    func send(followedBy bytes: [UInt8], from start: Int = 0) async throws(ChannelError) {
        try await send()
        try await channel.write(bytes, from: start, timeout: timeout)
    }

    /// Gives memory back while the connection has nothing to say.
    func releaseStorage() {
        state.withLock { state in
            if state.bytes.isEmpty { state.bytes.release() }
        }
    }

    /// One attempt; whether nothing is left.
    private func sendOnce() throws(ChannelError) -> Bool {
        let sent = try state.withLock { state throws(ChannelError) -> [@Sendable (ChannelError?) -> Void]? in
            while !state.bytes.isEmpty {
                guard let count = try channel.sendAvailable(state.bytes.unsent) else { return nil }
                state.bytes.remove(first: count)
            }
            guard !state.completions.isEmpty else { return [] }
            defer { state.completions = [] }
            return state.completions
        }
        guard let sent else { return false }
        for completion in sent { completion(nil) }
        return true
    }

    /// Calls those back that wait for bytes to leave: they will not.
    private func complete(_ error: ChannelError) {
        let completions = state.withLock { state in
            defer { state.completions = [] }
            return state.completions
        }
        for completion in completions { completion(error) }
    }
}
