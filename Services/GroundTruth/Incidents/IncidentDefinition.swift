import Yams

/// The definition of an incident of the shop: the facts that are known beforehand, and the queries that prove each.
///
/// The facts are in `Definitions/NAME.yaml`, the queries that they name in `Definitions/NAME.sql`, or in
/// `Definitions/shop.sql` where several incidents ask the same of the shop.
struct IncidentDefinition: Sendable {
    /// A fact with the query that proves it.
    struct Edge: Decodable, Sendable {
        let from: IncidentLabel.Node
        let to: IncidentLabel.Node
        let effect: String
        /// Gives `lag_ms` for each time that it was seen.
        let evidence: String
    }

    struct Distractor: Decodable, Sendable {
        let kind: String
        let whyNot: String
        /// Gives `before` and `during`.
        let evidence: String?

        enum CodingKeys: String, CodingKey {
            case kind, evidence
            case whyNot = "why_not"
        }
    }

    struct Root: Decodable, Sendable {
        let service: String
        let operation: String
        /// Gives the `operation` that it was this time, where several can be the cause.
        let evidence: String?
        let mechanism: String
        /// Other words of docs/ground-truth.md's list that are right as well.
        let alsoCalled: [String]?
        let kind: String

        enum CodingKeys: String, CodingKey {
            case service, operation, evidence, mechanism, kind
            case alsoCalled = "also_called"
        }
    }

    struct Indicator: Decodable, Sendable {
        let name: String
        let objective: Double
    }

    struct Facts: Decodable, Sendable {
        let name: String
        let root: Root
        let path: [Edge]
        let scope: String
        let indicator: Indicator
        let necessarySignals: [String]
        let distractors: [Distractor]

        enum CodingKeys: String, CodingKey {
            case name, root, path, scope, indicator, distractors
            case necessarySignals = "necessary_signals"
        }
    }

    let facts: Facts
    /// `first_effect` gives `at` and `instance` of each sign, `indicator` gives `at` and `bad` of each request, `scope`
    /// gives `trace_id`, `in_scope` and `failed` of each request of the kind; the others are those that the facts name.
    let queries: NamedQueries

    init(yaml: [UInt8], sql: [UInt8]) throws {
        facts = try YAMLDecoder().decode(Facts.self, from: String(decoding: yaml, as: UTF8.self))
        queries = try NamedQueries(String(decoding: sql, as: UTF8.self), otherwise: Self.shop())
    }

    /// The names of all queries that the labeller runs.
    var neededQueries: Set<String> {
        let others = facts.distractors.compactMap(\.evidence) + [facts.root.evidence].compactMap(\.self)
        return Set(["first_effect", "indicator", "scope"] + facts.path.map(\.evidence) + others)
    }
}
