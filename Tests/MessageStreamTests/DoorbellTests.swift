import Testing

@testable import MessageStream

@Suite("A doorbell", .timeLimit(.minutes(1)))
struct DoorbellTests {
    @Test("wakes who waits, and who comes after the ring")
    func rings() async {
        let bell = Doorbell()
        bell.ring()
        bell.ring()
        await bell.wait()
        let waiting = Task { await bell.wait() }
        bell.ring()
        await waiting.value
    }

    @Test("lets a task that is cancelled go", arguments: [false, true])
    func cancelled(before: Bool) async {
        let bell = Doorbell()
        let waiting = Task {
            if before { while !Task.isCancelled { await Task.yield() } }
            await bell.wait()
        }
        waiting.cancel()
        await waiting.value
    }
}
