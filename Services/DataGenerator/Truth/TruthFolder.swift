import Glibc
import ServiceKit
import Synchronization

/// The folder in which a run leaves what it knows: `run.json`, `journal.jsonl` and `injections.jsonl`.
///
/// It is the only place: nothing of it is sent anywhere.
final class TruthFolder: Sendable {
    let path: String
    let journal: Journal
    private let injections: Mutex<OutputFile>

    /// Creates the folder and its files, with `run.json` as it stands at the start.
    ///
    /// - Throws: ``OutputError``.
    init(_ path: String, run: RunRecord, clock: WallClock) throws(OutputError) {
        self.path = path
        try Self.create(path)
        injections = Mutex(try OutputFile(path + "/injections.jsonl"))
        journal = Journal(path: path + "/journal.jsonl", clock: clock)
        try write(run)
    }

    /// Puts `run.json` in place.
    ///
    /// - Throws: ``OutputError``.
    func write(_ run: RunRecord) throws(OutputError) {
        try OutputFile.replace(path + "/run.json", with: JSON.encode(run) + [UInt8(ascii: "\n")])
    }

    /// Adds an incident that is over.
    ///
    /// - Throws: ``OutputError``.
    func append(_ injection: InjectionRecord) throws(OutputError) {
        let line = JSON.encode(injection) + [UInt8(ascii: "\n")]
        try injections.withLock { file throws(OutputError) in try file.append(line) }
    }

    private static func create(_ path: String) throws(OutputError) {
        var prefix = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            prefix += "/" + part
            guard mkdir(prefix, 0o755) == 0 || errno == EEXIST else { throw OutputError(path: prefix, code: errno) }
        }
    }
}
