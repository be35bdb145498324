import Testing

@testable import SampleApp

@Suite("A concurrency limit")
struct ConcurrencyLimitTests {
    @Test("lets as many through as it says, turns the next away at once, and has room again when one has ended")
    func full() async throws {
        let limit = ConcurrencyLimit(2)
        try await limit.run {
            await #expect(throws: Overloaded(limit: 2)) {
                try await limit.run { try await limit.run {} }
            }
            try await limit.run {}
        }
    }

    @Test("has room again after work that failed or was cancelled")
    func failures() async throws {
        struct Failure: Error, Equatable {}
        let limit = ConcurrencyLimit(1)
        for _ in 0..<3 {
            await #expect(throws: Failure()) { try await limit.run { throw Failure() } }
        }
        let cancelled = Task { try await limit.run { try await Task.sleep(for: .seconds(3600)) } }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        try await limit.run {}
    }

    @Test("never runs more at once than it says, however many come")
    func many() async throws {
        let limit = ConcurrencyLimit(3)
        let inside = Inside()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try? await limit.run {
                        await inside.enter()
                        await Task.yield()
                        await inside.leave()
                    }
                }
            }
        }
        #expect(await inside.most <= 3)
        #expect(await inside.most >= 1)
    }

    private actor Inside {
        private var now = 0
        private(set) var most = 0

        func enter() {
            now += 1
            most = max(most, now)
        }

        func leave() { now -= 1 }
    }
}
