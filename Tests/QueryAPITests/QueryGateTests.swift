import Synchronization
import Testing

@testable import QueryAPI

@Suite("The gate", .timeLimit(.minutes(1)))
struct QueryGateTests {
    /// Holds whoever waits until it is opened.
    private final class Latch: Sendable {
        private let stream: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation

        init() { (stream, continuation) = AsyncStream.makeStream() }

        func open() { continuation.finish() }
        func wait() async { for await _ in stream {} }
    }

    @Test("lets so many run, lets the next wait, and refuses the one after")
    func bounds() async throws {
        let gate = QueryGate(running: 1, waiting: 1)
        let latch = Latch()
        async let first: Int = gate.run {
            await latch.wait()
            return 1
        }
        while gate.running == 0 { await Task.yield() }
        let second = Task { try await gate.run { 2 } }
        // The second waits, or is about to: a third is refused once it does.
        while true {
            let third = Task { try await gate.run { 3 } }
            do {
                try await Task.sleep(for: .milliseconds(1))
                third.cancel()
                _ = try await third.value
            } catch let failure as QueryFailure {
                #expect(failure == .busy)
                break
            } catch {}
        }
        latch.open()
        #expect(try await first == 1)
        #expect(try await second.value == 2)
        #expect(try await gate.run { 4 } == 4)
        #expect(gate.running == 0)
    }

    @Test("forgets who is cancelled while waiting")
    func cancelled() async throws {
        let gate = QueryGate(running: 1, waiting: 10)
        let latch = Latch()
        async let first: Void = gate.run { await latch.wait() }
        while gate.running == 0 { await Task.yield() }
        let others = (0..<10).map { _ in Task { try await gate.run { true } } }
        for other in others { other.cancel() }
        for other in others { await #expect(throws: CancellationError.self) { try await other.value } }
        latch.open()
        try await first
        #expect(try await gate.run { true })
        #expect(gate.running == 0)
    }
}
