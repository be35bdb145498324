import Testing

@testable import EmbeddingPipeline

@Suite("The wait before another try")
struct BackoffTests {
    @Test("doubles from half a second to half a minute")
    func doubles() {
        let waits = [1, 2, 3, 7, 100].map { Backoff(failures: $0).delay(spread: 1) }
        #expect(waits == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(30), .seconds(30)])
    }

    @Test("is at least what the endpoint asks for, and five minutes at most")
    func asked() {
        #expect(Backoff(failures: 1).delay(asked: .seconds(7), spread: 1) == .seconds(7))
        #expect(Backoff(failures: 7).delay(asked: .seconds(7), spread: 1) == .seconds(30))
        #expect(Backoff(failures: 1).delay(asked: .seconds(86_400), spread: 1) == .seconds(300))
    }
}
