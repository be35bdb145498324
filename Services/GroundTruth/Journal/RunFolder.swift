import FoundationEssentials
import RunJournal

/// The folder of a load generator's run: its requests and its injections.
///
/// `run.json`, `journal.jsonl`, `injections.jsonl` and `changes.jsonl` are the load generator's, `browsers.jsonl` is of
/// visitors with a real browser; `labels/`, `questions.json` and `answers/` are made here.
struct RunFolder: Sendable {
    let path: String

    /// The folder of a run.
    ///
    /// - Parameter path: The run's own folder, or one with runs in it: then the latest that the shop lived through. A
    ///   history that was made has to be named.
    static func found(at path: String) -> RunFolder {
        let manager = FileManager.default
        guard !manager.fileExists(atPath: path + "/run.json"),
            let names = try? manager.contentsOfDirectory(atPath: path)
        else { return RunFolder(path: path) }
        let runs = names.compactMap { name -> (folder: RunFolder, record: RunRecord)? in
            let folder = RunFolder(path: path + "/" + name)
            return (try? folder.run()).map { (folder, $0) }
        }
        let lived = runs.filter { $0.record.made != true }
        return lived.max { $0.record.startedAt < $1.record.startedAt }?.folder ?? RunFolder(path: path)
    }

    var labels: String { path + "/labels" }
    var questions: String { path + "/questions.json" }
    var answers: String { path + "/answers" }

    /// What `run.json` says.
    func run() throws -> RunRecord {
        try Self.read(RunRecord.self, path + "/run.json")
    }

    /// The last moment of a run: what it says itself, or the end of the last request of one that was killed.
    func end(of run: RunRecord) throws -> Moment {
        if let end = run.endedAt { return end }
        var end = run.startedAt
        var requests = try requests()
        while let request = try requests.next() {
            end = max(end, Moment(nanoseconds: request.startedAt.nanoseconds + Int64(clamping: request.duration)))
        }
        return end
    }

    /// The injections, in the order of time.
    func injections() throws -> [Injection] {
        let file = path + "/injections.jsonl"
        // A run without incidents may have no such file.
        guard FileManager.default.fileExists(atPath: file) else { return [] }
        var injections: [Injection] = []
        var lines = try JSONLines<Injection>(file)
        while let injection = try lines.next() { injections.append(injection) }
        return injections.sorted { ($0.startedAt, $0.incidentID) < ($1.startedAt, $1.incidentID) }
    }

    /// What was changed beside the injections, in the order of time.
    func changes() throws -> [Change] {
        let file = path + "/changes.jsonl"
        guard FileManager.default.fileExists(atPath: file) else { return [] }
        var changes: [Change] = []
        var lines = try JSONLines<Change>(file)
        while let change = try lines.next() { changes.append(change) }
        return changes.sorted { ($0.startedAt, $0.changeID) < ($1.startedAt, $1.changeID) }
    }

    /// Every request of the run, one after another.
    func requests() throws -> RequestLog {
        try RequestLog(in: path)
    }

    /// The text of a file.
    func text(_ name: String) throws -> String {
        try Self.text(path + "/" + name)
    }

    static func text(_ file: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: file) else { throw FileProblem.missing(file) }
        return String(decoding: data, as: UTF8.self)
    }

    static func read<Value: Decodable>(_ type: Value.Type, _ file: String) throws -> Value {
        guard let data = FileManager.default.contents(atPath: file) else { throw FileProblem.missing(file) }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw FileProblem.unreadable(file, line: nil, "\(DecodingReason(error))")
        }
    }

    /// Writes a document, readable by people and the same for the same value; makes its folder.
    static func write(_ value: some Encodable, to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try store([UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")], in: file)
    }

    /// Writes a file, wholly or not at all; makes its folder.
    static func store(_ bytes: [UInt8], in file: String) throws {
        let url = URL(filePath: file)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url, options: .atomic)
    }

    /// The JSON documents of a folder, in the order of their names.
    static func documents(in folder: String) throws -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw FileProblem.missing(folder)
        }
        return names.filter { $0.hasSuffix(".json") }.sorted().map { folder + "/" + $0 }
    }
}
