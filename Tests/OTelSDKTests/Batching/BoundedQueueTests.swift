import Foundation
import Synchronization
import Testing

@testable import OTelSDK

@Suite("The queue of what waits for export", .timeLimit(.minutes(3)))
struct BoundedQueueTests {
    private final class Item: Sendable {
        let number: Int

        init(_ number: Int) {
            self.number = number
        }
    }

    /// Counts how many of its kind were freed.
    private final class Counted: Sendable {
        private let freed: Count

        init(_ freed: Count) {
            self.freed = freed
        }

        deinit { freed.value.add(1, ordering: .relaxed) }
    }

    private final class Count: Sendable {
        let value = Atomic(0)
    }

    /// Runs work on so many threads of their own, to the end of all.
    private func onThreads(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<count {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        Thread {
                            work(index)
                            continuation.resume()
                        }.start()
                    }
                }
            }
        }
    }

    @Test("gives all that was there, and nothing that came meanwhile, whichever thread made it")
    func ends() async {
        let queue = BoundedQueue<Item>(capacity: 100)
        await onThreads(4) { thread in
            for number in 0..<5 { _ = queue.append(Item(thread * 10 + number)) }
        }
        let ends = queue.ends
        await onThreads(4) { _ in for _ in 0..<10 { _ = queue.append(Item(-1)) } }
        var taken: [Int] = []
        while case let items = queue.take(7, before: ends, keeps: true), !items.isEmpty { taken += items.map(\.number) }
        #expect(taken.sorted() == [0, 10, 20, 30].flatMap { first in (0..<5).map { first + $0 } })
        #expect(queue.count == 40)
    }

    @Test("holds no more than its capacity, over all threads together")
    func capacity() async {
        let queue = BoundedQueue<Item>(capacity: 10)
        let accepted = Count()
        await onThreads(4) { _ in
            for number in 0..<10 where queue.append(Item(number)) != nil { accepted.value.add(1, ordering: .relaxed) }
        }
        #expect(accepted.value.load(ordering: .relaxed) == 10 && queue.count == 10)
    }

    @Test("frees every item once, whether it was kept, taken or never asked for", arguments: [true, false])
    func lifetimes(keeps: Bool) async throws {
        let freed = Count()
        do {
            let queue = BoundedQueue<Counted>(capacity: 64)
            for _ in 0..<20 {
                await onThreads(2) { _ in for _ in 0..<20 { _ = queue.append(Counted(freed)) } }
                _ = queue.take(30, before: queue.ends, keeps: keeps)
            }
        }
        // A thread that is about to end holds the queue for a moment longer.
        try await eventually { freed.value.load(ordering: .relaxed) == 800 }
    }
}
