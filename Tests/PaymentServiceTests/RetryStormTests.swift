import ServiceKit
import Testing

@testable import PaymentService

@Suite("An acquirer's line")
struct RetryStormTests {
    private let key = AcquirerRoutes.Key(scheme: .mastercard, currency: .usd)

    /// Sends four payments a second, each tried up to three times, for some seconds of the clock's own time; returns how
    /// many of the last second's payments got through.
    private func run(seconds: Int, failingFor failing: Int, retries: RetryPolicy) -> Int {
        let lines = AcquirerRoutes()
        let start = ContinuousClock.now
        var succeeded = 0
        for number in 0..<(seconds * 4) {
            var now = start + .milliseconds(250) * number
            let isFailing = number < failing * 4
            retries.began()
            for attempt in 1... {
                let end = lines.enqueue(key, isFailing: isFailing, at: now)
                if !isFailing, let end, now.duration(to: end) <= .milliseconds(250) {
                    if number >= (seconds - 1) * 4 { succeeded += 1 }
                    break
                }
                now = now + (end == nil ? .zero : .milliseconds(60))
                guard retries.mayRetry(after: attempt) else { break }
            }
        }
        return succeeded
    }

    @Test("is back within seconds after a failure when retries have a budget")
    func withBudget() {
        #expect(run(seconds: 24, failingFor: 12, retries: RetryPolicy(attempts: 3, hasBudget: true)) == 4)
    }

    @Test("stays down after a failure while everybody tries again and again, and comes back in the end")
    func withoutBudget() {
        #expect(run(seconds: 30, failingFor: 12, retries: RetryPolicy(attempts: 3, hasBudget: false)) == 0)
        #expect(run(seconds: 90, failingFor: 12, retries: RetryPolicy(attempts: 3, hasBudget: false)) == 4)
    }

    @Test("serves what everyday traffic asks without a queue")
    func everyday() {
        #expect(run(seconds: 5, failingFor: 0, retries: RetryPolicy(attempts: 3, hasBudget: false)) == 4)
    }

    @Test("a budget allows one retry for ten calls")
    func budget() {
        let policy = RetryPolicy(attempts: 100, hasBudget: true)
        while policy.mayRetry(after: 1) {}
        for _ in 0..<40 { policy.began() }
        var allowed = 0
        while policy.mayRetry(after: 1) { allowed += 1 }
        #expect(allowed == 4)
    }
}
