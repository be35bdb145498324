import Deadlines
import Dispatch
import HTTPCore
import HTTPTypes
import Synchronization
import Testing

@Suite("The compute executor", .timeLimit(.minutes(1)))
struct ComputeExecutorTests {
    @Test("runs no more at once than its width, and everything that it took")
    func width() async throws {
        let executor = ComputeExecutor(name: "test", width: 1)
        let running = Occupancy()
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await executor.run {
                        running.enter()
                        defer { running.leave() }
                        return number
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 19_900)
        #expect(running.most == 1)
        #expect(executor.load == 0)
    }

    @Test("refuses what comes beyond its queue, and takes more once there is room")
    func full() async throws {
        let executor = ComputeExecutor(name: "test", width: 1, maximumPending: 0)
        let gate = Gate()
        let first = Task { try await executor.run { gate.hold() } }
        await gate.entered()
        await #expect(throws: ComputeExecutorError.full(executor: "test", limit: 0)) { try await executor.run {} }
        gate.open()
        try await first.value
        #expect(try await executor.run { 7 } == 7)
    }

    @Test("does not run what was cancelled while it waited")
    func cancelled() async throws {
        let executor = ComputeExecutor(name: "test", width: 1)
        let gate = Gate()
        let first = Task { try await executor.run { gate.hold() } }
        await gate.entered()
        let ran = Atomic<Bool>(false)
        let second = Task { try await executor.run { ran.store(true, ordering: .relaxed) } }
        while executor.load < 2 { await Task.yield() }
        second.cancel()
        gate.open()
        try await first.value
        await #expect(throws: CancellationError.self) { try await second.value }
        let hasRun = ran.load(ordering: .relaxed)
        #expect(!hasRun)
    }

    @Test("does not run what came too late for its request")
    func deadline() async throws {
        let executor = ComputeExecutor(name: "test", width: 1)
        await #expect(throws: ComputeExecutorError.deadlineExceeded(executor: "test")) {
            try await Deadline.after(.zero).enforce { try await executor.run {} }
        }
        #expect(executor.load == 0)
    }

    @Test("leaves the event loops to their connections while it computes")
    func eventLoops() async throws {
        let gate = Gate()
        var router = testRouter()
        router.get("/compute") { _, _ in
            try await ComputeExecutor.shared.run { gate.hold() }
            return Response(status: .ok, body: .text("computed"))
        }
        try await withServer(router) { server in
            // As many connections as there are loops, and one more, so that one of them shares the busy one's.
            let busy = RawConnection(port: server.localAddress.port)
            busy.send("GET /compute HTTP/1.1\r\nHost: x\r\n\r\n")
            await gate.entered()
            for _ in 0...ComputeExecutor.shared.width {
                let raw = RawConnection(port: server.localAddress.port)
                raw.send("GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(await raw.read(until: "Hello, a!").hasSuffix("Hello, a!"))
            }
            gate.open()
            #expect(await busy.read(until: "computed").hasSuffix("computed"))
        }
    }
}

/// How many are in at once, and were at most.
private final class Occupancy: Sendable {
    private let state = Mutex<(now: Int, most: Int)>((0, 0))

    var most: Int { state.withLock { $0.most } }

    func enter() {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
    }

    func leave() {
        state.withLock { $0.now -= 1 }
    }
}

/// Holds a thread until it is opened, and tells when a thread has come.
private final class Gate: Sendable {
    private let opening = DispatchSemaphore(value: 0)
    private let (entries, signal) = AsyncStream.makeStream(of: Void.self)

    func hold() {
        signal.yield()
        opening.wait()
    }

    func entered() async {
        for await _ in entries { break }
    }

    func open() {
        opening.signal()
    }
}
