import Dispatch
import Glibc
import Synchronization

/// A program of the test's own that ends with the test, also when the test crashes: it is run by a shell that stops it
/// when the pipe from the test closes.
final class ChildProcess: Sendable {
    /// What a program left behind.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    let identifier: pid_t
    private let lifeline: Int32
    private let output: Int32
    private let errors: Int32

    /// Starts a program.
    init(_ words: [String], environment: [String: String] = [:]) throws {
        let guardian = """
            "$@" </dev/null & child=$!
            trap 'kill -TERM $child 2>/dev/null' TERM
            (read -r _ <&3; kill -TERM $child 2>/dev/null) & watcher=$!
            wait $child; status=$?
            kill $watcher 2>/dev/null
            exit $status
            """
        let (lifelineRead, lifelineWrite) = try Self.pipe()
        let (outputRead, outputWrite) = try Self.pipe()
        let (errorsRead, errorsWrite) = try Self.pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, lifelineRead, 3)
        posix_spawn_file_actions_adddup2(&actions, outputWrite, 1)
        posix_spawn_file_actions_adddup2(&actions, errorsWrite, 2)
        // Threads of Dispatch block signals, and a child would inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
            for descriptor in [lifelineRead, outputWrite, errorsWrite] { close(descriptor) }
        }

        var merged = Self.environment
        merged.merge(environment) { _, new in new }
        let arguments = ["/bin/bash", "-c", guardian, "guardian"] + words
        var identifier: pid_t = 0
        let result = Self.withPointers(arguments) { arguments in
            Self.withPointers(merged.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawn(&identifier, "/bin/bash", &actions, &attributes, arguments, variables)
            }
        }
        guard result == 0 else { throw SpawnError(reason: String(cString: strerror(result))) }
        self.identifier = identifier
        lifeline = lifelineWrite
        output = outputRead
        errors = errorsRead
    }

    /// Runs a program to its end.
    static func run(_ words: [String], environment: [String: String] = [:]) async throws -> Outcome {
        let process = try ChildProcess(words, environment: environment)
        return await process.finish()
    }

    /// Waits for the end; what was printed comes with it.
    func finish() async -> Outcome {
        async let output = Self.readToEnd(output)
        async let errors = Self.readToEnd(errors)
        let (text, complaints) = await (output, errors)
        let status = await Self.onOwnThread { [identifier] in
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
        }
        return Outcome(status: status, output: text, errors: complaints)
    }

    /// Reads lines of the output until one contains the text; `false` when the program ends before.
    func waitForOutput(containing text: String) async -> Bool {
        let output = output
        return await Self.onOwnThread {
            var seen = ""
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = read(output, &buffer, buffer.count)
                guard count > 0 else { return false }
                seen += String(decoding: buffer[..<count], as: UTF8.self)
                if seen.contains(text) { return true }
            }
        }
    }

    /// Asks the program to stop.
    func stop() {
        close(lifeline)
    }

    private static func readToEnd(_ descriptor: Int32) async -> String {
        await onOwnThread {
            defer { close(descriptor) }
            var all: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while case let count = read(descriptor, &buffer, buffer.count), count > 0 { all += buffer[..<count] }
            return String(decoding: all, as: UTF8.self)
        }
    }

    private static func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "child process").async { continuation.resume(returning: work()) }
        }
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw SpawnError(reason: String(cString: strerror(errno))) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
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
    static var environment: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return variables
    }
}

struct SpawnError: Error {
    let reason: String
}
