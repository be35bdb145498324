import FoundationEssentials
import Glibc

/// `transcripts/METHOD.jsonl`: what was asked and answered, one JSON object a line, as it happens.
///
/// It is also what is known of the budgets: whoever starts again goes on where the transcript ends. Only one process
/// writes it at a time.
final class Transcript {
    /// Calls that belong to no question alone; they count for all of them.
    static let shared = ""
    /// How much of an answer is kept.
    private static let mostAnswer = 4_000

    private let descriptor: Int32
    /// What was used for each question, as far as the file tells.
    private(set) var usage: [String: Usage] = [:]

    /// Opens the transcript, or begins it.
    ///
    /// - Throws: ``ToolRefusal`` when it cannot be written, or another process does.
    init(path: String, method: String) throws(ToolRefusal) {
        let folder = URL(filePath: path).deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let opened = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard opened >= 0 else {
            throw ToolRefusal("The transcript cannot be written: \(String(cString: strerror(errno))).")
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            throw ToolRefusal(
                "Another faultline-mcp answers as \(method): end it, or give this one another name with --method."
            )
        }
        descriptor = opened
        for line in (FileManager.default.contents(atPath: path) ?? Data()).split(separator: UInt8(ascii: "\n")) {
            if let event = JSONValue(line) { count(event) }
        }
    }

    deinit { close(descriptor) }

    /// Writes down that a question was begun.
    func begin(_ question: QuestionSheet.Question, at now: Double) throws(ToolRefusal) {
        try write(
            "question",
            ["question": .text(question.question), "begin": .text(question.from), "end": .text(question.to)],
            at: now
        )
    }

    /// Counts a query that is about to be sent.
    func take(_ question: String) {
        usage[question, default: Usage()].queries += 1
    }

    /// Writes down a call that was counted, and counts its answer.
    func call(
        _ question: String,
        why: String?,
        sql: String,
        failed: Bool,
        answer: String,
        at now: Double
    ) throws(ToolRefusal) {
        let bytes = answer.utf8.count
        usage[question, default: Usage()].bytes += bytes
        var event: [String: JSONValue] = [
            "question": .text(question), "tool": "query", "arguments": ["sql": .text(sql)], "failed": .truth(failed),
            "bytes": .whole(Int64(bytes)), "answer": .text(String(answer.prefix(Self.mostAnswer))),
        ]
        if let why { event["why"] = .text(why) }
        try append("call", event, at: now)
    }

    /// Writes down the answer to a question, with what it took.
    func answer(_ answer: JSONValue, question: String, used: Usage, at now: Double) throws(ToolRefusal) {
        try write(
            "answer",
            [
                "question": .text(question), "answer": answer, "queries": .whole(Int64(used.queries)),
                "bytes": .whole(Int64(used.bytes)), "seconds": .number((used.seconds(at: now) * 100).rounded() / 100),
            ],
            at: now
        )
    }

    private func write(_ event: String, _ members: [String: JSONValue], at now: Double) throws(ToolRefusal) {
        count(try append(event, members, at: now))
    }

    @discardableResult
    private func append(
        _ event: String,
        _ members: [String: JSONValue],
        at now: Double
    ) throws(ToolRefusal) -> JSONValue {
        var members = members
        members["at"] = .text(WallClock.text(now))
        members["event"] = .text(event)
        let line = JSONValue.object(members)
        let bytes = line.bytes + [UInt8(ascii: "\n")]
        // One write a line: a crash leaves whole lines.
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw ToolRefusal("The transcript cannot be written: \(String(cString: strerror(errno))).")
        }
        return line
    }

    private func count(_ event: JSONValue) {
        guard let question = event["question"]?.text else { return }
        switch event["event"] {
        case "question":
            if usage[question]?.began == nil {
                usage[question, default: Usage()].began = event["at"]?.text.flatMap(WallClock.seconds)
            }
        case "call":
            usage[question, default: Usage()].queries += 1
            if case .whole(let bytes) = event["bytes"] { usage[question, default: Usage()].bytes += Int(bytes) }
        default: break
        }
    }
}
