import FoundationEssentials
import Glibc

/// A program that is run to its end, with everything it starts in the same process group ended when its task is
/// cancelled or its time is over.
struct ChildProgram: Sendable {
    /// What it left behind.
    struct Outcome: Sendable {
        /// The exit status; 128 and the signal for what a signal ended.
        let status: Int32
        let output: String
        /// The last line of standard error that says something.
        let complaint: String?
    }

    /// The most that is kept of what it prints, in bytes.
    static let mostOutput = 4 << 20

    let words: [String]
    let timeout: Duration

    /// Runs it.
    ///
    /// - Parameters:
    ///   - tellsOutput: Whether the lines of standard output are told as well.
    ///   - line: Called with each line of standard error, from threads of their own.
    /// - Throws: ``ToolRefusal`` when it cannot be started or takes too long; `CancellationError`.
    func run(
        tellsOutput: Bool = false,
        line: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Outcome {
        try Task.checkCancellation()
        let child = try spawn()
        let alarm = Task {
            try await Task.sleep(for: timeout)
            return child.group.send(SIGTERM)
        }
        return try await withTaskCancellationHandler {
            async let output = BlockingThread.run {
                Self.text(child.output, mostOutput: Self.mostOutput, tellsOutput ? line : { _ in })
            }
            async let complaint = BlockingThread.run { Self.lines(child.errors, line) }
            let (text, last) = await (output, complaint)
            let status = await BlockingThread.run { child.group.end() }
            alarm.cancel()
            let rang = (try? await alarm.value) == true
            try Task.checkCancellation()
            if status == 128 + SIGTERM, rang {
                throw ToolRefusal("It took longer than \(timeout.components.seconds) s and was ended.")
            }
            return Outcome(status: status, output: text, complaint: last)
        } onCancel: {
            child.group.send(SIGTERM)
        }
    }

    private struct Child: Sendable {
        let group: ProcessGroup
        let output: Int32
        let errors: Int32
    }

    private func spawn() throws(ToolRefusal) -> Child {
        var output: [Int32] = [-1, -1]
        var errors: [Int32] = [-1, -1]
        guard pipe(&output) == 0, pipe(&errors) == 0 else {
            throw ToolRefusal("No pipe could be made: \(String(cString: strerror(errno))).")
        }
        for end in output + errors { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        posix_spawn_file_actions_adddup2(&actions, errors[1], 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP)
        )
        var identifier: pid_t = 0
        let arguments = words.map { strdup($0) } + [nil]
        let variables = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        let result = posix_spawn(&identifier, words[0], &actions, &attributes, arguments, variables)
        close(output[1])
        close(errors[1])
        guard result == 0 else {
            close(output[0])
            close(errors[0])
            throw ToolRefusal("\(words[0]) cannot be started: \(String(cString: strerror(result))).")
        }
        return Child(group: ProcessGroup(leader: identifier), output: output[0], errors: errors[0])
    }

    private static func text(_ descriptor: Int32, mostOutput: Int, _ line: (String) -> Void) -> String {
        var bytes: [UInt8] = []
        var lines = Lines()
        read(descriptor) { chunk in
            bytes += chunk.prefix(max(0, mostOutput - bytes.count))
            lines.take(chunk, line)
        }
        lines.end(line)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Calls back with each line, and gives the last.
    private static func lines(_ descriptor: Int32, _ line: (String) -> Void) -> String? {
        var last: String?
        func say(_ text: String) {
            last = text
            line(text)
        }
        var lines = Lines()
        read(descriptor) { chunk in lines.take(chunk, say) }
        lines.end(say)
        return last
    }

    /// Bytes as they come, and the lines in them that say something.
    private struct Lines {
        private var rest: [UInt8] = []

        mutating func take(_ chunk: ArraySlice<UInt8>, _ line: (String) -> Void) {
            rest += chunk
            while let end = rest.firstIndex(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
                Self.say(rest[..<end], line)
                rest.removeFirst(end + 1)
            }
            if rest.count > 65_536 { rest.removeAll() }
        }

        mutating func end(_ line: (String) -> Void) { Self.say(rest[...], line) }

        private static func say(_ bytes: ArraySlice<UInt8>, _ line: (String) -> Void) {
            let text = String(decoding: bytes.prefix(500), as: UTF8.self).filter { !$0.isNewline && $0 != "\u{1B}" }
            if text.contains(where: { !$0.isWhitespace }) { line(text) }
        }
    }

    private static func read(_ descriptor: Int32, _ chunk: (ArraySlice<UInt8>) -> Void) {
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            chunk(buffer[..<count])
        }
    }
}
