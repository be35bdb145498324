/// How much may be asked about one question.
struct Budget: Sendable, Equatable {
    /// Queries that are sent.
    var queries = 15
    /// Bytes of answers.
    var bytes = 200_000
    /// Seconds since the first query about it.
    var seconds = 60.0
}

/// How much was asked about one question.
struct Usage: Sendable, Equatable {
    var queries = 0
    var bytes = 0
    /// When the first query was sent, in seconds since 1970.
    var began: Double?

    /// What two have used together; the time is that of the first.
    func adding(_ other: Usage) -> Usage {
        Usage(queries: queries + other.queries, bytes: bytes + other.bytes, began: began)
    }

    /// How long ago the first query was.
    func seconds(at now: Double) -> Double { began.map { max(0, now - $0) } ?? 0 }

    /// What is left.
    func left(of budget: Budget, at now: Double) -> JSONValue {
        [
            "queries": .whole(Int64(max(0, budget.queries - queries))),
            "bytes": .whole(Int64(max(0, budget.bytes - bytes))),
            "seconds": .number((max(0, budget.seconds - seconds(at: now)) * 100).rounded() / 100),
        ]
    }

    /// Which part of a budget is used up, in words; `nil` while there is some of each.
    func spent(of budget: Budget, at now: Double) -> String? {
        if queries >= budget.queries { return "all \(budget.queries) queries" }
        if bytes >= budget.bytes { return "all \(budget.bytes) bytes of answers" }
        if seconds(at: now) >= budget.seconds { return "all \(Int64(budget.seconds)) seconds" }
        return nil
    }
}
