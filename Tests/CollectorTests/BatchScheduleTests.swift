import Testing

@testable import Collector

@Suite("When a batch is sent")
struct BatchScheduleTests {
    private let start = ContinuousClock.now
    private let limits = BatchLimits(rows: 10, bytes: 1_000, interval: .seconds(1), linger: .milliseconds(100))

    @Test("Many rows or bytes are due at once", arguments: [(10, 0), (0, 1_000)])
    func enough(rows: Int, bytes: Int) {
        var schedule = BatchSchedule(limits: limits)
        #expect(schedule.due(at: start) == nil)
        schedule.add(rows: rows, bytes: bytes, at: start)
        #expect(schedule.due(at: start) == start)
    }

    @Test("A few rows linger, from the first one on")
    func lingering() {
        var schedule = BatchSchedule(limits: limits)
        schedule.add(rows: 1, bytes: 1, at: start)
        schedule.add(rows: 1, bytes: 1, at: start + .milliseconds(60))
        #expect(schedule.due(at: start + .milliseconds(60)) == start + .milliseconds(100))
    }

    @Test("Batches of few rows keep the distance of the interval")
    func interval() {
        var schedule = BatchSchedule(limits: limits)
        schedule.add(rows: 1, bytes: 1, at: start)
        schedule.close(at: start)
        #expect(schedule.isEmpty)
        #expect(schedule.due(at: start) == nil)
        schedule.add(rows: 1, bytes: 1, at: start + .milliseconds(10))
        #expect(schedule.due(at: start + .milliseconds(10)) == start + .seconds(1))
        // After a pause the distance is there already.
        schedule.close(at: start + .seconds(1))
        schedule.add(rows: 1, bytes: 1, at: start + .seconds(5))
        #expect(schedule.due(at: start + .seconds(5)) == start + .seconds(5) + .milliseconds(100))
    }

    @Test("Stopped, what is there is due at once")
    func stopping() {
        var schedule = BatchSchedule(limits: limits)
        schedule.stop()
        #expect(schedule.due(at: start) == nil)
        schedule.add(rows: 1, bytes: 1, at: start)
        #expect(schedule.due(at: start) == start)
    }

    @Test("While nobody takes it, a batch grows up to a limit")
    func full() {
        var schedule = BatchSchedule(limits: limits)
        schedule.add(rows: 99, bytes: 1_999, at: start)
        #expect(!schedule.isFull)
        schedule.add(rows: 1, bytes: 0, at: start)
        #expect(schedule.isFull)
    }

    @Test("Waits after failures grow up to a limit")
    func backoff() {
        let backoff = Backoff()
        let waits = [1, 2, 3, 5, 6, 1_000].map { backoff.delay(afterFailures: $0, spread: 1) }
        #expect(waits == [100, 200, 400, 1_600, 2_000, 2_000].map { .milliseconds($0) })
    }
}
