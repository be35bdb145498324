import LoadEngine
import RunJournal
import ShopStories

/// A run in figures, as `--summary-json` writes it. docs/data-generator-summary.schema.json says what each member
/// means.
struct RunSummary: Sendable, Encodable, Equatable {
    /// Names this shape; another number means that a member changed its meaning.
    static let schema = "faultline-load-summary/1"

    /// The incidents; only when they were asked for.
    struct Truth: Sendable, Encodable, Equatable {
        let incidents: [Injection]
        let triggers: LoadSummary.Part
    }

    let run: RunRecord
    let load: LoadSummary
    let truth: Truth?

    /// Creates the summary of a run.
    ///
    /// - Parameter incidents: The incidents; `nil` leaves them out.
    init(run: RunRecord, load: LoadSummary, state: LoadReport.State, incidents: [Injection]?) {
        self.run = run
        self.load = load
        truth = incidents.map { incidents in
            Truth(incidents: incidents, triggers: LoadSummary.Part("triggers", state.beside, seconds: load.duration))
        }
    }

    private enum CodingKeys: String, CodingKey {
        case schema, run, truth
    }

    /// Writes the load's figures beside the run, not in an object of their own.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.schema, forKey: .schema)
        try container.encode(run, forKey: .run)
        try load.encode(to: encoder)
        try container.encodeIfPresent(truth, forKey: .truth)
    }

    /// The run in a line, for the table and for a page.
    var heading: String {
        let scenario = run.scenario.map { ", scenario \($0)" } ?? ""
        let arrivals = run.arrivals.map { ", \($0)" } ?? ""
        return "\(run.target ?? ""), \(Int(load.duration.rounded())) s, seed \(run.seed)\(arrivals)\(scenario)"
    }

    /// The incidents as a section of a page; empty where the truth was not asked for.
    var incidentSection: String {
        guard let incidents = truth?.incidents, !incidents.isEmpty else { return "" }
        let rows = incidents.map { incident in
            let cells = [
                incident.service, incident.difficulty, incident.intensity.map(SummaryTable.short) ?? "",
                Self.time(incident.startedAt), incident.endedAt.map(Self.time) ?? "",
            ]
            let columns = cells.map { "<td>\(escaped($0))</td>" }.joined()
            return "<tr><th scope=\"row\">\(escaped(incident.name))</th>\(columns)</tr>"
        }
        return "<h2>Incidents</h2><div class=\"wide\"><table><thead><tr><th scope=\"col\">Incident</th>"
            + "<th scope=\"col\">Service</th><th scope=\"col\">Difficulty</th><th scope=\"col\">Intensity</th>"
            + "<th scope=\"col\">From</th><th scope=\"col\">To (UTC)</th></tr></thead><tbody>\(rows.joined())</tbody>"
            + "</table></div>"
    }

    /// The page of a run.
    func page(_ counts: LoadCounts) -> SummaryPage {
        SummaryPage(
            summary: load,
            title: "Load run \(run.runID)",
            heading: "\(heading), from \(run.startedAt.text.prefix(19))Z",
            sections: incidentSection,
            counts: counts
        )
    }

    private static func time(_ moment: Moment) -> String { String(moment.text.dropFirst(11).prefix(8)) }
}
