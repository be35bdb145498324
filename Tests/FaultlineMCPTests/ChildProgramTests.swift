import Synchronization
import Testing

@testable import FaultlineMCP

@Suite("A program that is run", .timeLimit(.minutes(1)))
struct ChildProgramTests {
    @Test("gives its status, its output and its last complaint")
    func outcome() async throws {
        let words = ["/bin/sh", "-c", "echo out; printf 'one\\ntwo\\n\\n' >&2; exit 3"]
        let outcome = try await ChildProgram(words: words, timeout: .seconds(50)).run()
        #expect(outcome.status == 3)
        #expect(outcome.output == "out\n")
        #expect(outcome.complaint == "two")
    }

    @Test("tells the lines of standard error, and those of its output to who asks for them", arguments: [false, true])
    func lines(tellsOutput: Bool) async throws {
        let words = ["/bin/sh", "-c", "echo up; echo ' '; echo also; echo wrong >&2"]
        let told = Mutex<[String]>([])
        let outcome = try await ChildProgram(words: words, timeout: .seconds(50)).run(tellsOutput: tellsOutput) {
            line in
            told.withLock { $0.append(line) }
        }
        #expect(Set(told.withLock { $0 }) == (tellsOutput ? ["up", "also", "wrong"] : ["wrong"]))
        #expect(outcome.output == "up\n \nalso\n")
        #expect(outcome.complaint == "wrong")
    }

    @Test("ends with what it started when its task is cancelled")
    func cancelled() async throws {
        let running = Latch()
        let task = Task {
            try await ChildProgram(words: ["/bin/sh", "-c", "echo on >&2; sleep 600 & wait"], timeout: .seconds(500))
                .run { _ in running.open() }
        }
        await running.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("is ended when it takes too long, and says so")
    func slow() async throws {
        let child = ChildProgram(words: ["/bin/sleep", "600"], timeout: .milliseconds(50))
        await #expect(throws: ToolRefusal.self) { try await child.run() }
    }

    @Test("that is not there is said to be so")
    func missing() async throws {
        await #expect(throws: ToolRefusal.self) {
            try await ChildProgram(words: ["/no/such"], timeout: .seconds(5)).run()
        }
    }
}
