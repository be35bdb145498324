import Glibc
import ServiceKit
import Synchronization

/// The folder in which a run leaves what it knows: `run.json`, `journal.jsonl` and `injections.jsonl`.
///
/// It is the only place: nothing of it is sent anywhere.
final class TruthFolder: Sendable {
    let path: String
    let journal: Journal
    private let injections: Mutex<TruthFile>

    /// Creates the folder and its files, with `run.json` as it stands at the start.
    ///
    /// - Throws: ``TruthError``.
    init(_ path: String, run: RunRecord, clock: WallClock) throws(TruthError) {
        self.path = path
        try Self.create(path)
        injections = Mutex(try TruthFile(path + "/injections.jsonl"))
        journal = Journal(path: path + "/journal.jsonl", clock: clock)
        try write(run)
    }

    /// Puts `run.json` in place.
    ///
    /// - Throws: ``TruthError``.
    func write(_ run: RunRecord) throws(TruthError) {
        try TruthFile.replace(path + "/run.json", with: JSON.encode(run) + [UInt8(ascii: "\n")])
    }

    /// Adds an incident that is over.
    ///
    /// - Throws: ``TruthError``.
    func append(_ injection: InjectionRecord) throws(TruthError) {
        let line = JSON.encode(injection) + [UInt8(ascii: "\n")]
        try injections.withLock { file throws(TruthError) in try file.append(line) }
    }

    private static func create(_ path: String) throws(TruthError) {
        var prefix = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            prefix += "/" + part
            guard mkdir(prefix, 0o755) == 0 || errno == EEXIST else { throw TruthError(path: prefix, code: errno) }
        }
    }
}
