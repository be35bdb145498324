import Glibc
package import LoadEngine
package import RunJournal
import ServiceKit
import Synchronization

/// The folder in which a run leaves what it knows: `run.json`, `journal.jsonl`, `injections.jsonl` and, where
/// something was changed beside the incidents, `changes.jsonl`.
///
/// It is the only place: nothing of it is sent anywhere.
package final class TruthFolder: Sendable {
    package let path: String
    package let journal: Journal
    private let injections: Mutex<OutputFile>
    /// Made with the first change.
    private let changes = Mutex<OutputFile?>(nil)

    /// Creates the folder and its files, with `run.json` as it stands at the start.
    ///
    /// - Throws: ``OutputError``.
    package init(_ path: String, run: RunRecord, clock: WallClock) throws(OutputError) {
        self.path = path
        try Self.create(path)
        injections = Mutex(try OutputFile(path + "/injections.jsonl"))
        journal = Journal(path: path + "/journal.jsonl", clock: clock)
        try write(run)
    }

    /// Puts `run.json` in place.
    ///
    /// - Throws: ``OutputError``.
    package func write(_ run: RunRecord) throws(OutputError) {
        try OutputFile.replace(path + "/run.json", with: JSON.encode(run) + [UInt8(ascii: "\n")])
    }

    /// Leaves visits to browsers: puts `visitors.json` in place.
    ///
    /// - Throws: ``OutputError``.
    func leave(_ visitors: LeftVisitors) throws(OutputError) {
        try OutputFile.replace(path + "/visitors.json", with: JSON.encode(visitors) + [UInt8(ascii: "\n")])
    }

    /// Adds an incident that is over.
    ///
    /// - Throws: ``OutputError``.
    package func append(_ injection: Injection) throws(OutputError) {
        let line = JSON.encode(injection) + [UInt8(ascii: "\n")]
        try injections.withLock { file throws(OutputError) in try file.append(line) }
    }

    /// Adds a change that is over.
    ///
    /// - Throws: ``OutputError``.
    package func append(_ change: Change) throws(OutputError) {
        let line = JSON.encode(change) + [UInt8(ascii: "\n")]
        try changes.withLock { file throws(OutputError) in
            let opened: OutputFile
            if let known = file.take() {
                opened = known
            } else {
                opened = try OutputFile(path + "/changes.jsonl")
            }
            try opened.append(line)
            file = consume opened
        }
    }

    private static func create(_ path: String) throws(OutputError) {
        var prefix = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            prefix += "/" + part
            guard mkdir(prefix, 0o755) == 0 || errno == EEXIST else { throw OutputError(path: prefix, code: errno) }
        }
    }
}
