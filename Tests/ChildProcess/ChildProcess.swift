import Dispatch
import Foundation
package import Glibc

/// A program that a test starts and that ends with the test, also when the test crashes: a shell watches over it, and
/// ends it when the pipe from the test closes.
///
/// It inherits nothing: no descriptor, since one more holder would keep another test's pipe open for ever, and no
/// signal that some thread blocks or ignores.
package final class ChildProcess: Sendable {
    /// What a program left behind.
    package struct Outcome: Sendable {
        package let status: Int32
        package let output: String
        package let errors: String
    }

    /// The signal by which a program is ended.
    package enum Ending: String {
        case terminate = "TERM"
        case kill = "KILL"
    }

    /// Where what a program prints goes.
    package enum Output {
        /// To the test, which reads it.
        case pipes
        /// To the end of a file.
        case file(String)
    }

    /// The process of the shell.
    package let identifier: pid_t
    private let lifeline: Descriptor
    private let output: Descriptor
    private let errors: Descriptor

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - words: Its name and arguments; the name is looked up in `PATH`.
    ///   - environment: What differs from the variables of this process; `nil` leaves one out.
    ///   - folder: Where it works; where this process does by default.
    ///   - output: Where what it prints goes.
    ///   - ending: The signal by which it is ended.
    /// - Throws: ``SpawnError``.
    package init(
        _ words: [String],
        environment: [String: String?] = [:],
        folder: String = ".",
        output: Output = .pipes,
        ending: Ending = .terminate
    ) throws(SpawnError) {
        let guardian = """
            for each in /proc/self/fd/*; do
                each=${each##*/}
                if [ "$each" -gt 3 ]; then eval "exec $each>&-"; fi
            done
            cd -- "$1" || exit
            shift
            "$@" </dev/null 3<&- & child=$!
            trap 'kill -\(ending.rawValue) $child 2>/dev/null' TERM
            (read -r _ <&3; kill -\(ending.rawValue) $child 2>/dev/null) & watcher=$!
            wait $child; status=$?
            kill $watcher 2>/dev/null
            exit $status
            """
        let (lifelineRead, lifelineWrite) = try Self.pipe()
        let (outputRead, outputWrite) = try Self.pipe()
        let (errorsRead, errorsWrite) = try Self.pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, lifelineRead.number, 3)
        switch output {
        case .pipes:
            posix_spawn_file_actions_adddup2(&actions, outputWrite.number, 1)
            posix_spawn_file_actions_adddup2(&actions, errorsWrite.number, 2)
        case .file(let path):
            posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var variables: [String: String?] = Self.environment
        variables.merge(environment) { _, new in new }
        var identifier: pid_t = 0
        let result = Self.withPointers(["/bin/bash", "-c", guardian, "guardian", folder] + words) { arguments in
            Self.withPointers(variables.compactMap { name, value in value.map { "\(name)=\($0)" } }) { variables in
                posix_spawn(&identifier, "/bin/bash", &actions, &attributes, arguments, variables)
            }
        }
        guard result == 0 else { throw SpawnError(reason: String(cString: strerror(result))) }
        self.identifier = identifier
        lifeline = lifelineWrite
        self.output = outputRead
        errors = errorsRead
    }

    /// Runs a program to its end.
    package static func run(
        _ words: [String],
        environment: [String: String?] = [:],
        folder: String = "."
    ) async throws(SpawnError) -> Outcome {
        await (try ChildProcess(words, environment: environment, folder: folder)).finish()
    }

    /// Waits for the end; what was printed comes with it.
    package func finish() async -> Outcome {
        async let text = Self.onOwnThread { self.output.readToEnd() }
        async let complaints = Self.onOwnThread { self.errors.readToEnd() }
        async let status = Self.onOwnThread { self.waitForEnd() }
        return await Outcome(status: status, output: text, errors: complaints)
    }

    /// Reads the output up to the first line that contains the text, and gives that line; `nil` when the program ends
    /// before.
    package func waitForLine(containing text: String) async -> String? {
        await Self.onOwnThread {
            var rest: ArraySlice<UInt8> = []
            while let more = self.output.read() {
                rest += more
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: rest[..<end], as: UTF8.self)
                    rest = rest[(end + 1)...]
                    if line.contains(text) { return line }
                }
            }
            return nil
        }
    }

    /// Ends the program; ``finish()`` tells when it is over.
    package func stop() {
        lifeline.close()
    }

    /// Ends the program and waits until it is over, on this thread.
    package func end() {
        stop()
        waitForEnd()
    }

    @discardableResult
    private func waitForEnd() -> Int32 {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    /// Tasks run on the few threads of the global queue, which nothing may hold up.
    private static func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "child process").async { continuation.resume(returning: work()) }
        }
    }

    private static func pipe() throws(SpawnError) -> (read: Descriptor, write: Descriptor) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw SpawnError(reason: String(cString: strerror(errno))) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (Descriptor(ends[0]), Descriptor(ends[1]))
    }

    private static func withPointers<Result>(
        _ texts: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) } + [nil]
        defer { copies.forEach { free($0) } }
        return copies.withUnsafeBufferPointer { body($0.baseAddress!) }
    }

    /// The variables of this process.
    package static var environment: [String: String] {
        ProcessInfo.processInfo.environment
    }
}

/// Why a program could not be started.
package struct SpawnError: Error, CustomStringConvertible {
    let reason: String

    package var description: String { "The program cannot be started: \(reason)" }
}
