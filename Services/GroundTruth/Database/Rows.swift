import FoundationEssentials
import RunJournal

/// A row of `ground_truth.runs`.
struct RunRow: Encodable {
    let run: RunRecord
    let document: String

    init(_ run: RunRecord, document: String) {
        self.run = run
        self.document = document
    }

    enum CodingKeys: String, CodingKey {
        case runID = "RunId"
        case seed = "Seed"
        case scenario = "Scenario"
        case arrivals = "Arrivals"
        case startedAt = "StartedAt"
        case endedAt = "EndedAt"
        case target = "Target"
        case document = "Document"
    }

    func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(run.runID, forKey: .runID)
        try row.encode(run.seed, forKey: .seed)
        try row.encode(run.scenario ?? "", forKey: .scenario)
        try row.encode(run.arrivals ?? "", forKey: .arrivals)
        try row.encode(run.startedAt, forKey: .startedAt)
        try row.encodeIfPresent(run.endedAt, forKey: .endedAt)
        try row.encode(run.target ?? "", forKey: .target)
        try row.encode(document, forKey: .document)
    }
}

/// A row of `ground_truth.requests`.
struct RequestRow: Encodable {
    let entry: JournalEntry
    let run: String

    init(_ entry: JournalEntry, run: String) {
        self.entry = entry
        self.run = run
    }

    enum CodingKeys: String, CodingKey {
        case run = "RunId"
        case requestID = "RequestId"
        case traceID = "TraceId"
        case visitID = "VisitId"
        case user = "User"
        case requestClass = "Class"
        case journey = "Journey"
        case step = "Step"
        case method = "Method"
        case path = "Path"
        case intendedAt = "IntendedAt"
        case startedAt = "StartedAt"
        case duration = "Duration"
        case expectedStatuses = "ExpectedStatuses"
        case expectedOutcome = "ExpectedOutcome"
        case actualStatus = "ActualStatus"
        case actualError = "ActualError"
        case incidentID = "IncidentId"
    }

    func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(run, forKey: .run)
        try row.encode(entry.requestID, forKey: .requestID)
        try row.encode(entry.traceID ?? "", forKey: .traceID)
        try row.encode(entry.visitID.text, forKey: .visitID)
        try row.encode(entry.user, forKey: .user)
        try row.encode(entry.requestClass, forKey: .requestClass)
        try row.encode(entry.journey, forKey: .journey)
        try row.encode(entry.step, forKey: .step)
        try row.encode(entry.method, forKey: .method)
        try row.encode(entry.path, forKey: .path)
        try row.encode(entry.intendedAt, forKey: .intendedAt)
        try row.encode(entry.startedAt, forKey: .startedAt)
        try row.encode(entry.duration, forKey: .duration)
        try row.encode(entry.expected.statuses ?? [], forKey: .expectedStatuses)
        try row.encode(entry.expected.outcome ?? "", forKey: .expectedOutcome)
        try row.encode(entry.actual.status ?? 0, forKey: .actualStatus)
        try row.encode(entry.actual.error ?? "", forKey: .actualError)
        try row.encode(entry.incidentID ?? "", forKey: .incidentID)
    }
}

/// A row of `ground_truth.incidents`.
struct LabelRow: Encodable {
    let label: IncidentLabel
    /// The label as JSON.
    let document: String

    init(_ label: IncidentLabel) throws {
        self.label = label
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        document = String(decoding: try encoder.encode(label), as: UTF8.self)
    }

    enum CodingKeys: String, CodingKey {
        case runID = "RunId"
        case incidentID = "IncidentId"
        case scenario = "Scenario"
        case difficulty = "Difficulty"
        case injected = "InjectedAt"
        case firstEffect = "FirstEffectAt"
        case breached = "BreachedAt"
        case cleared = "ClearedAt"
        case recovered = "RecoveredAt"
        case rootServices = "RootServices"
        case rootMechanisms = "RootMechanisms"
        case affectedTraces = "AffectedTraces"
        case valid = "Valid"
        case reasons = "Reasons"
        case document = "Label"
    }

    func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(label.runID, forKey: .runID)
        try row.encode(label.incidentID, forKey: .incidentID)
        try row.encode(label.scenario, forKey: .scenario)
        try row.encode(label.difficulty, forKey: .difficulty)
        try row.encodeIfPresent(label.t.injected, forKey: .injected)
        try row.encodeIfPresent(label.t.firstEffect, forKey: .firstEffect)
        try row.encodeIfPresent(label.t.sliBreach, forKey: .breached)
        try row.encodeIfPresent(label.t.cleared, forKey: .cleared)
        try row.encodeIfPresent(label.t.recovered, forKey: .recovered)
        try row.encode(label.root.map(\.service), forKey: .rootServices)
        try row.encode(label.root.map(\.mechanism), forKey: .rootMechanisms)
        try row.encode(label.scope?.affectedTraceCount ?? 0, forKey: .affectedTraces)
        try row.encode(label.valid, forKey: .valid)
        try row.encode(label.reasons, forKey: .reasons)
        try row.encode(document, forKey: .document)
    }
}
