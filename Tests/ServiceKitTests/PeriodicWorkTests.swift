import Logging
import ServiceKit
import Synchronization
import Testing

@Suite("Periodic work", .timeLimit(.minutes(1)))
struct PeriodicWorkTests {
    struct Broken: Error {}

    @Test("goes on after a failure, until its task is cancelled")
    func failure() async throws {
        let rounds = AsyncStream.makeStream(of: Int.self)
        let count = Mutex(0)
        let work = PeriodicWork(every: .milliseconds(1), logger: Logger(label: "test"), failure: "Failed") {
            let number = count.withLock { count in
                count += 1
                return count
            }
            rounds.continuation.yield(number)
            if number == 1 { throw Broken() }
        }
        let task = Task { try await work.run() }
        var seen: [Int] = []
        for await round in rounds.stream {
            seen.append(round)
            if round == 3 { break }
        }
        #expect(seen == [1, 2, 3])
        task.cancel()
        try await task.value
    }
}
