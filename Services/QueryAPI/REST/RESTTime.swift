import TextCoding

/// Times of this API: RFC 3339.
enum RESTTime {
    /// A span of time from its ends; the end is now and the start some time before it, where they are missing.
    ///
    /// - Parameter lookback: That time, in milliseconds.
    static func span(from start: String?, through end: String?, lookback: Int64) throws(QueryFailure) -> TimeSpan {
        let last = try end.map { text throws(QueryFailure) in try instant(text, "end_time") } ?? WallClock.milliseconds
        let first = try start.map { text throws(QueryFailure) in try instant(text, "start_time") } ?? last - lookback
        guard first <= last else { throw .invalid("start_time must not be after end_time") }
        return TimeSpan(from: first, through: last)
    }

    private static func instant(_ text: String, _ name: String) throws(QueryFailure) -> Int64 {
        guard let milliseconds = RFC3339.milliseconds(text) else {
            throw .invalid("\(name) must be a time of RFC 3339 such as 2026-01-31T12:00:00Z")
        }
        return milliseconds
    }
}
