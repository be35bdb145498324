import Glibc
import Testing

@testable import FaultlineMCP

@Suite("A group of processes", .timeLimit(.minutes(1)))
struct ProcessGroupTests {
    /// A group whose leader runs a shell command.
    private func group(_ command: String) throws -> (ProcessGroup, pid_t) {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads of tasks take no signals, and whom they start would take none either.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        let words: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/sh"), strdup("-c"), strdup(command), nil]
        defer { words.forEach { free($0) } }
        var leader: pid_t = 0
        try #require(posix_spawn(&leader, "/bin/sh", nil, &attributes, words, nil) == 0)
        return (ProcessGroup(leader: leader), leader)
    }

    @Test("keeps its number while its leader has ended and nobody has asked for its status")
    func ended() throws {
        let (group, leader) = try group("exit 7")
        var info = siginfo_t()
        #expect(waitid(P_PID, id_t(leader), &info, WEXITED | WNOWAIT) == 0)
        #expect(group.send(SIGTERM))
        #expect(group.end() == 7)
    }

    @Test("gets no signal once its number may be somebody else's")
    func numberGivenBack() throws {
        let (group, _) = try group("exit 0")
        #expect(group.end() == 0)
        #expect(!group.send(SIGTERM))
        #expect(group.end() == 0)
    }

    @Test("can be signalled while somebody waits for its end")
    func signalled() async throws {
        let (group, _) = try group("sleep 600 & wait")
        async let status = BlockingThread.run { group.end() }
        #expect(group.send(SIGTERM))
        #expect(await status == 128 + SIGTERM)
    }
}
