/// The bytes that arrived on a channel and were not used up yet.
///
/// `@unchecked Sendable`: one task uses it at a time. The connection's task owns it, lends it to the body of the message
/// that is being read, and takes it back before it reads the next head; the lock of ``IncomingBody`` hands it over.
final class InputBuffer: @unchecked Sendable {
    /// A read has at least so much room.
    private static let minimumRoom = 2_048

    private let channel: Channel
    private var block: Block?
    private var start = 0
    private var end = 0
    /// Whether the last read emptied the socket: there is no point in asking again before it says so.
    private(set) var isDrained = false

    init(channel: Channel) {
        self.channel = channel
    }

    deinit {
        if let block { channel.shard.blocks.giveBack(block) }
    }

    var count: Int { end - start }
    var isEmpty: Bool { start == end }

    /// Shows the bytes that were not used up.
    func withUnread<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let block else { return try body(UnsafeBufferPointer(start: nil, count: 0)) }
        let bytes = UnsafeRawBufferPointer(start: block.base + start, count: count)
        return try body(bytes.assumingMemoryBound(to: UInt8.self))
    }

    /// Marks bytes at the front as used up.
    func consume(_ count: Int) {
        start += count
        if start == end { (start, end) = (0, 0) }
    }

    /// Takes up to so many bytes off the front.
    func take(upTo limit: Int) -> [UInt8] {
        let count = min(limit, self.count)
        let bytes = withUnread { Array($0[..<count]) }
        consume(count)
        return bytes
    }

    /// Gives memory back while the connection has nothing to say.
    func releaseStorage() {
        guard isEmpty, let block else { return }
        channel.shard.blocks.giveBack(block)
        self.block = nil
    }

    /// Reads what is there, without waiting: `true` when bytes came, `nil` when none are there, `false` at the end.
    func fillAvailable() throws(ChannelError) -> Bool? {
        let block = blockWithRoom()
        let room = block.capacity - end
        let count = try channel.readAvailable(into: UnsafeMutableRawBufferPointer(start: block.base + end, count: room))
        guard let count else {
            isDrained = true
            return nil
        }
        end += count
        isDrained = count > 0 && count < room
        return count > 0
    }

    /// Suspends until the socket has something to read, or has ended.
    ///
    /// - Parameter deadline: When waiting ends with ``ChannelError/timedOut``; without one, the channel's own decides.
    func waitReadable(until deadline: MonotonicTime = .distantFuture) async throws(ChannelError) {
        isDrained = false
        try await channel.waitReadable(until: deadline)
    }

    /// Waits for more bytes; `false` at the end of the stream.
    func fill(until deadline: MonotonicTime = .distantFuture) async throws(ChannelError) -> Bool {
        while true {
            if isDrained { try await waitReadable(until: deadline) }
            if let came = try fillAvailable() { return came }
        }
    }

    /// A block with room at its end: the unread bytes move to the front, or to a larger block, when they must.
    private func blockWithRoom() -> Block {
        guard let block else {
            let new = channel.shard.blocks.take()
            self.block = new
            return new
        }
        guard block.capacity - end < Self.minimumRoom else { return block }
        var target = block
        if block.capacity - count < Self.minimumRoom { target = .allocate(2 * block.capacity) }
        target.base.copyMemory(from: block.base + start, byteCount: count)
        if target.base != block.base { channel.shard.blocks.giveBack(block) }
        (start, end) = (0, count)
        self.block = target
        return target
    }
}
