import FoundationEssentials
import RunJournal

/// Where the runs are, and where what one method does with them is written down.
struct Records: Sendable {
    /// The suite's run folder (`--data`).
    let data: String
    /// The run that is asked about; `nil` for the latest of the suite.
    let pinned: String?
    /// Where transcripts and answers go; `nil` for the run's own folder.
    let apart: String?
    /// The name of the method.
    let method: String

    /// The run that is asked about; `nil` while there is none.
    var run: String? {
        if let pinned { return pinned }
        let runs = (try? FileManager.default.contentsOfDirectory(atPath: data + "/truth")) ?? []
        let lived = runs.compactMap { name -> (folder: String, started: Moment)? in
            let folder = "\(data)/truth/\(name)"
            guard let record = Self.record(folder), record.made != true else { return nil }
            return (folder, record.startedAt)
        }
        return lived.max { $0.started < $1.started }?.folder
    }

    /// Whether the load of a run is over.
    func isOver(_ run: String) -> Bool { Self.record(run)?.endedAt != nil }

    func answers(_ run: String) -> AnswerFile {
        AnswerFile(path: "\(apart ?? run)/answers/\(method).json", method: method)
    }

    func transcript(_ run: String) -> String { "\(apart ?? run)/transcripts/\(method).jsonl" }

    private static func record(_ run: String) -> RunRecord? {
        FileManager.default.contents(atPath: run + "/run.json").flatMap {
            try? JSONDecoder().decode(RunRecord.self, from: $0)
        }
    }
}
