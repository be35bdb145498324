import Testing

@testable import HTTPCore

@Suite("Readiness")
struct ReadinessTests {
    private struct World: ExploredWorld {
        enum Event {
            case wait
            case signal
            case expire
            case end
        }

        var readiness = Readiness<Int>()
        var waiting: Int?
        var isReady = false
        var last = 0

        var possibleEvents: [Event] { [.wait, .signal, .expire, .end] }

        mutating func apply(_ event: Event) -> String? {
            var woken: Int?
            switch event {
            case .wait:
                last += 1
                switch readiness.wait(last, until: MonotonicTime(nanoseconds: 10)) {
                case .ready:
                    if !isReady { return "a task goes on though nothing happened" }
                    isReady = false
                case .suspended:
                    if isReady { return "what has happened is forgotten" }
                    if waiting != nil { return "a second task takes the place of the first" }
                    waiting = last
                case .taken: if waiting == nil { return "a task is refused though nobody waits" }
                }
                return nil
            case .signal:
                woken = readiness.signal()
                if woken == nil { isReady = true }
            case .expire:
                if readiness.expire(at: MonotonicTime(nanoseconds: 9)) != nil { return "a task gives up too early" }
                woken = readiness.expire(at: MonotonicTime(nanoseconds: 10))
            case .end: woken = readiness.end()
            }
            if woken != waiting { return "\(woken ?? 0) is woken instead of \(waiting ?? 0)" }
            waiting = nil
            return readiness.deadline == nil ? nil : "there is a deadline and nobody who waits"
        }
    }

    @Test("wakes each task once, keeps the first in its place, and forgets nothing, in every order of events")
    func everyOrder() async {
        #expect(await explore(World(), length: 7) > 10_000)
    }
}
