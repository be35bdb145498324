import Glibc
import Testing

@testable import HTTPCore

@Suite("A channel", .timeLimit(.minutes(1)))
struct ChannelTests {
    /// A channel and the other end of its socket.
    private func pair() throws -> (channel: Channel, peer: Int32) {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
        let channel = Channel(descriptor: ends[0], shard: .next)
        try channel.start()
        return (channel, ends[1])
    }

    @Test("keeps the first task that waits in its place, and refuses the second")
    func secondWaiter() async throws {
        let (channel, peer) = try pair()
        defer {
            channel.close()
            close(peer)
        }
        // What the socket said before anybody waited.
        try? await channel.waitReadable(until: .now + .milliseconds(1))
        let ends = try await withThrowingTaskGroup(of: ChannelError?.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do throws(ChannelError) {
                        try await channel.waitReadable()
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            let first = try await group.next() ?? .aborted
            #expect(send(peer, "x", 1, 0) == 1)
            return [first, try await group.next() ?? .aborted]
        }
        #expect(ends == [.inUse, nil])
    }

    @Test("wakes a task at its deadline, and can be used afterwards")
    func deadline() async throws {
        let (channel, peer) = try pair()
        defer {
            channel.close()
            close(peer)
        }
        try? await channel.waitReadable(until: .now + .milliseconds(1))
        await #expect(throws: ChannelError.timedOut) {
            try await channel.waitReadable(until: .now + .milliseconds(1))
        }
        #expect(send(peer, "x", 1, 0) == 1)
        try await channel.waitReadable()
    }

    @Test("tells its owner that the peer is done sending, and that it is gone")
    func events() async throws {
        let (channel, peer) = try pair()
        let (events, signal) = AsyncStream.makeStream(of: Channel.Event.self)
        channel.observe { signal.yield($0) }
        var seen = events.makeAsyncIterator()
        shutdown(peer, Int32(SHUT_WR))
        #expect(await seen.next() == .peerFinished)
        close(peer)
        #expect(await seen.next() == .peerGone)
        channel.close()
    }

    @Test("tells its owner when its own deadline has passed")
    func ownDeadline() async throws {
        let (channel, peer) = try pair()
        defer { close(peer) }
        let (events, signal) = AsyncStream.makeStream(of: Channel.Event.self)
        channel.observe { signal.yield($0) }
        channel.setDeadline(.now + .milliseconds(1))
        var seen = events.makeAsyncIterator()
        #expect(await seen.next() == .timedOut)
        await #expect(throws: ChannelError.timedOut) { try await channel.waitReadable() }
        channel.close()
    }

    @Test("meets a deadline shorter than its loop's patience while the loop is busy")
    func shortDeadlines() async {
        await #expect(processExitsWith: .success) {
            // On a loop of its own: in a process without other sockets.
            let shard = Shard.next
            var ends: [Int32] = [0, 0]
            let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            precondition(socketpair(AF_UNIX, type, 0, &ends) == 0)
            let channel = Channel(descriptor: ends[0], shard: shard)
            try channel.start()
            let peer = ends[1]
            let early = await Task(executorPreference: shard) {
                var early = 0
                for _ in 0..<20 {
                    // Bytes come 40 ms later: a loop that looks at its deadlines only every 50 ms sees them first.
                    let sender = Task.detached {
                        try? await Task.sleep(for: .milliseconds(40))
                        send(peer, "x", 1, 0)
                    }
                    if await Self.isDeadlineFirst(channel) { early += 1 }
                    _ = await sender.value
                    var byte: UInt8 = 0
                    _ = withUnsafeMutableBytes(of: &byte) { try? channel.readAvailable(into: $0) }
                }
                return early
            }.value
            // The machine may be busy now and then, but not every time.
            precondition(early >= 10, "\(20 - early) of 20 deadlines came after bytes that came 40 ms later")
        }
    }

    private static func isDeadlineFirst(_ channel: Channel) async -> Bool {
        let deadline = MonotonicTime.now + .milliseconds(1)
        do throws(ChannelError) {
            // What the socket said earlier ends a wait, too.
            while true {
                try await channel.waitReadable(until: deadline)
                var byte: UInt8 = 0
                let count = withUnsafeMutableBytes(of: &byte) { try? channel.readAvailable(into: $0, peek: true) }
                if count == 1 { return false }
            }
        } catch {
            return error == .timedOut
        }
    }
}
