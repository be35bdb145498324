import Deadlines
import Testing

@Suite("A deadline")
struct DeadlineTests {
    @Test("is nobody's until it is set, and over when its scope ends")
    func scope() async {
        #expect(Deadline.current == nil)
        let deadline = Deadline.after(.seconds(60))
        await deadline.enforce { #expect(Deadline.current == deadline) }
        #expect(Deadline.current == nil)
    }

    @Test("may come closer inside, and never moves away")
    func nesting() async {
        let outer = Deadline.after(.seconds(60))
        let earlier = Deadline.after(.seconds(30))
        let later = Deadline.after(.seconds(90))
        await outer.enforce {
            await earlier.enforce { #expect(Deadline.current == earlier) }
            await later.enforce { #expect(Deadline.current == outer) }
            #expect(Deadline.current == outer)
        }
    }

    @Test("goes along into child tasks and unstructured tasks, and not into detached ones")
    func inheritance() async {
        let deadline = Deadline.after(.seconds(60))
        await deadline.enforce {
            async let child = Deadline.current
            #expect(await child == deadline)
            #expect(await Task { Deadline.current }.value == deadline)
            #expect(await Task.detached { Deadline.current }.value == nil)
        }
    }

    @Test("is lifted for what must be done in any case, and only there")
    func lifting() async {
        let deadline = Deadline.after(.zero)
        await deadline.enforce {
            await Deadline.lifted { #expect(Deadline.current == nil) }
            #expect(Deadline.current == deadline)
        }
    }

    @Test("has nothing left once it has passed")
    func passing() {
        let past = Deadline(at: .now - .seconds(1))
        #expect(past.hasPassed)
        #expect(past.remaining == .zero)
        let future = Deadline.after(.seconds(60))
        #expect(!future.hasPassed)
        #expect(future.remaining > .zero && future.remaining <= .seconds(60))
        #expect(past < future)
    }
}
