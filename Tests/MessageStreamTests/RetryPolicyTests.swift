import Testing

@testable import MessageStream

@Suite("A message that cannot be processed")
struct RetryPolicyTests {
    @Test("is tried again after pauses that double up to the longest, without end")
    func endless() {
        let policy = RetryPolicy(firstPause: .milliseconds(100), longestPause: .seconds(1), attempts: nil)
        let pauses = (1...6).map { policy.step(afterAttempt: $0) }
        #expect(
            pauses == [100, 200, 400, 800, 1_000, 1_000].map { .retry(after: .milliseconds($0)) }
        )
        #expect(policy.step(afterAttempt: .max) == .retry(after: .seconds(1)))
    }

    @Test("goes to the dead letters after its last attempt")
    func bounded() {
        let policy = RetryPolicy(attempts: 3)
        #expect(policy.step(afterAttempt: 2) == .retry(after: .milliseconds(200)))
        #expect(policy.step(afterAttempt: 3) == .bury)
        #expect(policy.step(afterAttempt: 4) == .bury)
    }
}

@Suite("A key")
struct PartitionTests {
    @Test("always belongs to the same partition, and many keys to all of them")
    func partitions() {
        #expect(StreamMessage.partition(of: "", among: 4) == 1)
        #expect(StreamMessage.partition(of: "a", among: 4) == 0)
        let counts = (0..<4_000).reduce(into: [:]) {
            $0[StreamMessage.partition(of: "ord-\($1)", among: 4), default: 0] += 1
        }
        #expect(counts.count == 4 && counts.values.allSatisfy { $0 > 800 })
    }
}
