import RunJournal

/// The true answer about one incident, with which answers are compared. docs/ground-truth.md describes every member.
struct IncidentLabel: Codable, Sendable, Equatable {
    let incidentID: String
    /// The name of the question that this is the answer to; it hints at nothing.
    let question: String
    let runID: String
    /// Which of the shop's incidents; `calm` for a stretch without any.
    let scenario: String
    /// The load generator's scenario that it was part of.
    let runScenario: String?
    let seed: UInt64
    let difficulty: String
    let intensity: Double?
    let t: Times
    /// Empty for a stretch without an incident.
    let root: [RootCause]
    /// From the root cause to what a user sees.
    let path: [PathEdge]
    let scope: Scope?
    let impact: Impact?
    let necessarySignals: [String]
    var distractors: [Distractor]
    /// Other names for the same service.
    let aliases: [[String]]
    /// Whether the data prove the impact; without that the label is void.
    var valid: Bool
    /// Why it is not valid.
    var reasons: [String]
    /// Whether the telemetry that proves it was made (`./demo history`); `nil` means that the shop lived through it.
    var made: Bool?

    enum CodingKeys: String, CodingKey {
        case incidentID = "incident_id"
        case runID = "run_id"
        case question, scenario
        case runScenario = "run_scenario"
        case seed, difficulty, intensity, t, root, path, scope, impact, distractors, aliases, valid, reasons, made
        case necessarySignals = "necessary_signals"
    }

    /// Whether nothing was broken.
    var isControl: Bool { root.isEmpty }
}

extension IncidentLabel {
    /// The moments of an incident; those that were never reached are left out.
    struct Times: Codable, Sendable, Equatable {
        /// The weakness was armed, or its trigger began.
        let injected: Moment?
        /// The first sign of it in the telemetry.
        let firstEffect: Moment?
        /// The first request that broke the objective.
        let sliBreach: Moment?
        /// The weakness was disarmed, or its trigger ended.
        let cleared: Moment?
        /// The objective is kept from here on.
        let recovered: Moment?

        enum CodingKeys: String, CodingKey {
            case injected
            case firstEffect = "first_effect"
            case sliBreach = "sli_breach"
            case cleared, recovered
        }
    }

    /// A root cause, from the whole to the part.
    struct RootCause: Codable, Sendable, Equatable {
        let service: String
        /// `service.instance.id`.
        let instance: String?
        /// The span that does the damage.
        let operation: String
        /// A word of docs/ground-truth.md's list.
        let mechanism: String
        /// Other words of the list that are right as well; left out where there are none.
        var alsoCalled: [String]?
        /// What kind of cause: `resource/saturation` and the like.
        let kind: String

        enum CodingKeys: String, CodingKey {
            case service, instance, operation, mechanism, kind
            case alsoCalled = "also_called"
        }
    }

    /// One step of the way from the cause to the symptom.
    struct PathEdge: Codable, Sendable, Equatable {
        let from: Node
        let to: Node
        /// What arrives: `latency`, `http_504` and the like.
        let effect: String
        /// The median time from the cause to the effect, in milliseconds.
        let lagMilliseconds: Double?
        /// A query that gives a row for each time that this step was seen.
        let evidenceSQL: String
        /// How many rows it gave.
        let evidenceCount: Int

        enum CodingKeys: String, CodingKey {
            case from, to, effect
            case lagMilliseconds = "lag_ms"
            case evidenceSQL = "evidence_sql"
            case evidenceCount = "evidence_count"
        }
    }

    /// An operation of a service.
    struct Node: Codable, Sendable, Hashable {
        let service: String
        let operation: String
    }

    /// The requests that are affected.
    struct Scope: Codable, Sendable, Equatable {
        /// In words, or as a condition on attributes.
        let predicate: String
        /// The share of the requests of this kind that are in the scope, while it lasts.
        let share: Double
        /// Traces in the scope that failed.
        let affectedTraceCount: Int
        /// A query that gives a row for each of those traces.
        let sql: String

        enum CodingKeys: String, CodingKey {
            case predicate, share, sql
            case affectedTraceCount = "affected_trace_count"
        }
    }

    /// What it did to the service level indicator.
    struct Impact: Codable, Sendable, Equatable {
        /// The indicator's name; a share of good requests.
        let sli: String
        /// The share that is promised.
        let objective: Double
        let before: Double
        let during: Double
        let countBefore: Int
        let countDuring: Int
        let effect: EffectSize
        /// A query that gives a row for each request: when, and whether it was bad.
        let sql: String

        enum CodingKeys: String, CodingKey {
            case sli, objective, before, during, effect, sql
            case countBefore = "n_before"
            case countDuring = "n_during"
        }
    }

    /// A red herring: something that looks like a cause and is none.
    struct Distractor: Codable, Sendable, Equatable {
        let kind: String
        let whyNot: String
        /// A query that gives the two figures below.
        let sql: String?
        let before: Double?
        let during: Double?

        enum CodingKeys: String, CodingKey {
            case kind, sql, before, during
            case whyNot = "why_not"
        }
    }
}
