import FoundationEssentials
import RunJournal

/// Every request of a run, one after another: the load generator's, then those of visitors with a real browser.
///
/// Each of the two writes a file of its own, with the same lines.
struct RequestLog {
    private var files: [JSONLines<JournalEntry>]

    /// The requests of the run in a folder.
    ///
    /// - Throws: `FileProblem.missing` without the load generator's file.
    init(in folder: String) throws(FileProblem) {
        files = [try JSONLines(folder + "/journal.jsonl")]
        let browsers = folder + "/browsers.jsonl"
        if FileManager.default.fileExists(atPath: browsers) { files.append(try JSONLines(browsers)) }
    }

    /// The next request; `nil` at the end.
    ///
    /// - Throws: `FileProblem.unreadable` with the line's number.
    mutating func next() throws(FileProblem) -> JournalEntry? {
        while !files.isEmpty {
            if let entry = try files[0].next() { return entry }
            files.removeFirst()
        }
        return nil
    }
}
