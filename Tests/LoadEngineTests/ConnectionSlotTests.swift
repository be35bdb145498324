import Synchronization
import Testing

@testable import LoadEngine

@Suite("Connection slots", .timeLimit(.minutes(1)))
struct ConnectionSlotTests {
    @Test("never let more in than there are, and let everybody in")
    func bound() async {
        let slots = ConnectionSlots(4)
        let inside = Inside()
        await withTaskGroup { group in
            for _ in 0..<2_000 {
                group.addTask {
                    guard await slots.acquire(within: .seconds(60)) else { return }
                    inside.enter()
                    await Task.yield()
                    inside.leave()
                    slots.release()
                }
            }
        }
        #expect(inside.most <= 4)
        #expect(inside.total == 2_000)
    }

    private final class Inside: Sendable {
        private let state = Mutex((now: 0, most: 0, total: 0))

        var most: Int { state.withLock { $0.most } }
        var total: Int { state.withLock { $0.total } }

        func enter() {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
                state.total += 1
            }
        }

        func leave() {
            state.withLock { $0.now -= 1 }
        }
    }

    @Test("turn away who has no time, also when that is over before they are in line")
    func noTime() async {
        let slots = ConnectionSlots(1)
        #expect(await slots.acquire(within: .seconds(60)))
        await withTaskGroup { group in
            for number in 0..<2_000 {
                // One that is not turned away waits for ever, and fails the suite's time limit.
                group.addTask { #expect(await !slots.acquire(within: .nanoseconds(number % 20 * 1_000))) }
            }
        }
        slots.release()
        #expect(await slots.acquire(within: .seconds(60)))
    }

    @Test("turn away who waited too long, or was cancelled, and lose no slot by it")
    func patience() async {
        let slots = ConnectionSlots(1)
        #expect(await slots.acquire(within: .seconds(60)))
        #expect(await !slots.acquire(within: .milliseconds(5)))
        let waiting = Task { await slots.acquire(within: .seconds(60)) }
        waiting.cancel()
        #expect(await !waiting.value)
        slots.release()
        #expect(await slots.acquire(within: .seconds(60)))
    }
}
