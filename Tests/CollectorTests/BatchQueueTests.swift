import Testing

@testable import Collector

@Suite("The queue of a table", .timeLimit(.minutes(3)))
struct BatchQueueTests {
    private func fill(_ count: Int) -> @Sendable (inout SpanRows) -> Void {
        { $0.append((1...count).map { Samples.span($0) }, from: Samples.source) }
    }

    @Test("Hands out rows at once when there are enough, whatever the interval")
    func enoughRows() async throws {
        let queue = BatchQueue<SpanRows>(
            limits: BatchLimits(rows: 3, interval: .seconds(1_000), linger: .seconds(1_000))
        )
        async let next = queue.next()
        let bytes = await queue.append(fill(2)) + queue.append(fill(2))
        let batch = try #require(await next)
        #expect(batch.rows == 4)
        #expect(batch.bytes == bytes)
    }

    @Test("Hands out a few rows by themselves, once they have lingered")
    func lingering() async throws {
        let queue = BatchQueue<SpanRows>(limits: BatchLimits(rows: 1_000, linger: .milliseconds(20)))
        _ = await queue.append(fill(1))
        #expect(try #require(await queue.next()).rows == 1)
    }

    @Test("After a batch, a few rows wait for the interval or for more rows")
    func interval() async throws {
        let limits = BatchLimits(rows: 3, interval: .seconds(100_000), linger: .milliseconds(1))
        let queue = BatchQueue<SpanRows>(limits: limits)
        _ = await queue.append(fill(1))
        #expect(await queue.next()?.rows == 1)
        async let next = queue.next()
        // The first would have lingered long enough when the others come.
        _ = await queue.append(fill(1))
        try await Task.sleep(for: .milliseconds(5))
        _ = await queue.append(fill(2))
        #expect(await next?.rows == 3)
    }

    @Test("Puts rows up in parcels while nobody takes them, in order")
    func parcels() async throws {
        let queue = BatchQueue<SpanRows>(limits: BatchLimits(rows: 1, interval: .seconds(1_000)))
        for _ in 0..<5 { _ = await queue.append(fill(5)) }
        #expect(await queue.rowCount == 25)
        let first = try #require(await queue.next())
        let second = try #require(await queue.next())
        let third = try #require(await queue.next())
        #expect([first.rows, second.rows, third.rows] == [10, 10, 5])
        #expect([first.number, second.number, third.number] == [1, 2, 3])
    }

    @Test("Stopped, it hands out what is left and ends")
    func stopping() async {
        let queue = BatchQueue<SpanRows>(limits: BatchLimits(interval: .seconds(1_000), linger: .seconds(1_000)))
        _ = await queue.append(fill(2))
        await queue.stop()
        #expect(await queue.next()?.rows == 2)
        #expect(await queue.next() == nil)
    }

    @Test("The budget takes no more than it has, and gets everything back")
    func budget() {
        let budget = MemoryBudget(capacity: 100)
        holdAndHandOver(budget)
        #expect(budget.usedBytes == 25)
        #expect(error(of: 80, in: budget) == .usedUp)
        #expect(budget.usedBytes == 25)
        budget.giveBack(25)
        #expect(error(of: 80, in: budget) == nil)
        #expect(error(of: 101, in: budget) == .neverFits(capacity: 100))
        #expect(budget.usedBytes == 0)
    }

    private func holdAndHandOver(_ budget: MemoryBudget) {
        var reservation = Reservation(in: budget)
        do throws(BudgetError) { try reservation.grow(to: 60) } catch { Issue.record(error) }
        let used = budget.usedBytes
        let fits = budget.take(41)
        #expect(used == 60)
        #expect(!fits)
        reservation.handOver(25)
    }

    private func error(of bytes: Int, in budget: MemoryBudget) -> BudgetError? {
        var reservation = Reservation(in: budget)
        do throws(BudgetError) { try reservation.grow(to: bytes) } catch { return error }
        return nil
    }

    @Test("Waits grow up to a limit")
    func backoff() {
        let backoff = Backoff()
        let waits = [1, 2, 3, 5, 6, 1_000].map { backoff.delay(afterFailures: $0, spread: 1) }
        #expect(waits == [100, 200, 400, 1_600, 2_000, 2_000].map { .milliseconds($0) })
    }
}
