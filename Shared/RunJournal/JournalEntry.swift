/// A line of `journal.jsonl`: one request that the load generator sent, and what became of it.
package struct JournalEntry: Codable, Sendable, Equatable {
    /// What was expected of the shop: one of several statuses, or no answer at all.
    package struct Expectation: Codable, Sendable, Equatable {
        /// In ascending order.
        package let statuses: [Int]?
        /// `timeout` or `reset`.
        package let outcome: String?

        /// An answer with one of these statuses.
        package init(statuses: [Int]) {
            self.statuses = statuses
            outcome = nil
        }

        /// No answer, for this reason.
        package init(outcome: String) {
            statuses = nil
            self.outcome = outcome
        }
    }

    /// What happened: a status, or a reason why there was none.
    package struct Outcome: Codable, Sendable, Equatable {
        package let status: Int?
        package let error: String?

        /// An answer.
        package init(status: Int) {
            self.status = status
            error = nil
        }

        /// No complete answer, for this reason.
        package init(error: String) {
            status = nil
            self.error = error
        }
    }

    /// A visit's name: the load generator counts its visits, others may name theirs.
    package struct VisitID: Codable, Sendable, Equatable {
        package let text: String

        /// A visit that the load generator counted.
        package init(_ number: UInt64) {
            text = String(number)
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            text = try (try? container.decode(Int64.self)).map { String($0) } ?? container.decode(String.self)
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(text)
        }
    }

    package let requestID: String
    /// None when there was no answer.
    package let traceID: String?
    package let visitID: VisitID
    package let user: String
    package let requestClass: String
    package let journey: String
    package let step: String
    package let method: String
    package let path: String
    /// When it should have been sent.
    package let intendedAt: Moment
    package let startedAt: Moment
    /// From sending to the end of the answer, in nanoseconds.
    package let duration: UInt64
    package let expected: Expectation
    package let actual: Outcome
    /// The incident that alone made this request be sent.
    package let incidentID: String?

    /// Creates an entry.
    package init(
        requestID: String,
        traceID: String?,
        visitID: VisitID,
        user: String,
        requestClass: String,
        journey: String,
        step: String,
        method: String,
        path: String,
        intendedAt: Moment,
        startedAt: Moment,
        duration: UInt64,
        expected: Expectation,
        actual: Outcome,
        incidentID: String?
    ) {
        self.requestID = requestID
        self.traceID = traceID
        self.visitID = visitID
        self.user = user
        self.requestClass = requestClass
        self.journey = journey
        self.step = step
        self.method = method
        self.path = path
        self.intendedAt = intendedAt
        self.startedAt = startedAt
        self.duration = duration
        self.expected = expected
        self.actual = actual
        self.incidentID = incidentID
    }

    private enum CodingKeys: String, CodingKey {
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
