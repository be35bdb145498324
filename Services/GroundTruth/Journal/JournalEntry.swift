/// One request that the load generator sent, and what became of it.
struct JournalEntry: Codable, Sendable, Equatable {
    /// What was expected of the shop: one of several statuses, or no answer at all.
    struct Expectation: Codable, Sendable, Equatable {
        var statuses: [Int]?
        var outcome: String?
    }

    /// What happened: a status, or a reason why there was none.
    struct Outcome: Codable, Sendable, Equatable {
        var status: Int?
        var error: String?
    }

    /// A visit's name: the load generator counts its visits, others may name theirs.
    struct VisitID: Codable, Sendable, Equatable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            text = try (try? container.decode(Int64.self)).map { String($0) } ?? container.decode(String.self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(text)
        }
    }

    let requestID: String
    /// None when there was no answer.
    let traceID: String?
    let visitID: VisitID
    let user: String
    let requestClass: String
    let journey: String
    let step: String
    let method: String
    let path: String
    let intendedAt: Moment
    let startedAt: Moment
    let duration: UInt64
    let expected: Expectation
    let actual: Outcome
    /// The incident that alone made this request be sent.
    let incidentID: String?

    enum CodingKeys: String, CodingKey {
        case requestID = "request_id"
        case traceID = "trace_id"
        case visitID = "visit_id"
        case user, journey, step, method, path, expected, actual
        case requestClass = "class"
        case intendedAt = "intended_at"
        case startedAt = "started_at"
        case duration = "duration_ns"
        case incidentID = "incident_id"
    }
}
