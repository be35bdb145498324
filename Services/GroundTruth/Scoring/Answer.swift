import RunJournal

/// An answer to one question. docs/ground-truth.md describes every member.
struct Answer: Codable, Sendable, Equatable {
    /// A root cause as far as it was found; the best guess first.
    struct Entity: Codable, Sendable, Equatable {
        let service: String
        var instance: String?
        var operation: String?
        var mechanism: String?
    }

    struct Edge: Codable, Sendable, Equatable {
        let from: IncidentLabel.Node
        let to: IncidentLabel.Node
    }

    struct Times: Codable, Sendable, Equatable {
        /// When it began to show.
        var onset: Moment?
    }

    let question: String
    /// Empty when nothing was wrong.
    let root: [Entity]
    /// From the root cause to what users see; may be left out.
    var path: [Edge]?
    var times: Times?
}
