/// Why a single item of a request is not stored (OTLP, Partial Success).
enum Rejection: String, CaseIterable, Sendable {
    /// A span without a trace id or a span id, which OTLP calls invalid.
    case withoutID = "without_id"
    /// Older than the tables keep rows.
    case tooOld = "too_old"
    /// Later than the tables can say.
    case tooFarAhead = "too_far_ahead"

    /// What a client reads.
    fileprivate var sentence: String {
        switch self {
        case .withoutID: "have no trace id or no span id"
        case .tooOld: "are older than the tables keep rows"
        case .tooFarAhead: "have a time in the next century, which the tables cannot keep"
        }
    }
}

/// How many items of a request are not stored, by reason.
struct Rejections: Sendable, Equatable {
    private(set) var counts: [Rejection: Int] = [:]

    /// How many there are in all.
    var total: Int { counts.values.reduce(0, +) }

    var isEmpty: Bool { counts.isEmpty }

    mutating func add(_ reason: Rejection) {
        counts[reason, default: 0] += 1
    }

    /// What the answer says; empty when everything is stored.
    var message: String {
        Rejection.allCases.compactMap { reason in counts[reason].map { "\($0) \(reason.sentence)." } }
            .joined(separator: " ")
    }
}
