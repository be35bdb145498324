import Testing

@testable import SQLitePool

@Suite("The queue for connections")
struct WaitingQueueTests {
    private let start = ContinuousClock.now

    private func waiter(_ id: UInt64, patience: Duration = .seconds(1)) -> WaitingQueue.Waiter {
        WaitingQueue.Waiter(
            id: id,
            since: start,
            deadline: start + patience,
            origin: LeaseOrigin(file: #fileID, line: #line)
        ) { _ in }
    }

    @Test("keeps no place of callers who gave up, however long nobody is served")
    func expiry() {
        var queue = WaitingQueue()
        for round in 0..<1000 as Range<UInt64> {
            for number in 0..<10 as Range<UInt64> { queue.append(waiter(round * 10 + number)) }
            #expect(queue.removeExpired(at: start + .seconds(1)).map(\.id) == Array(round * 10..<round * 10 + 10))
        }
        #expect(queue.count == 0)
        #expect(queue.places <= 100)
    }

    @Test("keeps no place of callers who left")
    func cancellation() {
        var queue = WaitingQueue()
        queue.append(waiter(0))
        for id in 1..<10_000 as Range<UInt64> {
            queue.append(waiter(id))
            #expect(queue.remove(id)?.id == id)
        }
        #expect(queue.count == 1)
        #expect(queue.places <= 100)
        #expect(queue.popFirst()?.id == 0)
    }

    @Test("serves in the order of arrival those who are left")
    func order() {
        var queue = WaitingQueue()
        for id in 0..<300 as Range<UInt64> { queue.append(waiter(id, patience: .seconds(id % 3 == 0 ? 1 : 9))) }
        for id in 0..<300 as Range<UInt64> where id % 5 == 0 { _ = queue.remove(id) }
        #expect(queue.earliestDeadline == start + .seconds(1))
        let expired = queue.removeExpired(at: start + .seconds(1)).map(\.id)
        #expect(expired == (0..<300).filter { $0 % 3 == 0 && $0 % 5 != 0 })
        #expect(queue.earliestDeadline == start + .seconds(9))
        var served: [UInt64] = []
        while let next = queue.popFirst() { served.append(next.id) }
        #expect(served == (0..<300).filter { $0 % 3 != 0 && $0 % 5 != 0 })
    }
}
