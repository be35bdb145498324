import LogQL
import TextCoding

/// Times and durations as Loki's API takes them.
enum LokiTime {
    /// Nanoseconds since the epoch of a number of nanoseconds, of seconds or of RFC 3339.
    ///
    /// Seconds have a point, or ten digits at most.
    static func instant(_ text: String, of parameter: String) throws(QueryFailure) -> Int64 {
        if let whole = Int64(text) {
            guard text.utf8.count <= 10 else { return whole }
            return whole &* 1_000_000_000
        }
        if let seconds = Double(text), text.utf8.allSatisfy({ $0 < 0x3A }) {
            // As far as 64 bits go.
            return seconds.magnitude < 9e9 ? Int64((seconds * 1e9).rounded()) : seconds < 0 ? .min : .max
        }
        if let milliseconds = RFC3339.milliseconds(text) {
            let (product, overflows) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
            if overflows { return milliseconds < 0 ? .min : .max }
            return product + RFC3339.nanosecondsOfMillisecond(text)
        }
        throw .invalid(
            "could not parse '\(parameter)' parameter: \(PrometheusTime.quoted(text)) is no number of nanoseconds or "
                + "seconds, and no time of RFC 3339"
        )
    }

    /// Nanoseconds of `1h30m`, or of a number of seconds.
    static func duration(_ text: String, of parameter: String) throws(QueryFailure) -> Int64 {
        if let seconds = Double(text), text.utf8.allSatisfy({ $0 < 0x3A }), seconds.magnitude < 9e9 {
            return Int64((seconds * 1e9).rounded())
        }
        if let nanoseconds = LogQLDuration.nanoseconds(text), nanoseconds.magnitude < 9_000_000_000_000_000_000 {
            return nanoseconds
        }
        throw .invalid(
            "could not parse '\(parameter)' parameter: \(PrometheusTime.quoted(text)) is no duration such as 1h30m"
        )
    }

    /// Nanoseconds since the epoch.
    static var now: Int64 { WallClock.milliseconds * 1_000_000 }
}

/// The time that a request is about.
struct LokiSpan: Sendable {
    /// Nanoseconds since the epoch.
    let start: Int64
    let end: Int64

    /// `start`, `end` and `since`.
    ///
    /// - Parameter lookback: How far the start lies before the end where nothing is said of it, in nanoseconds.
    init(_ question: Question, lookback: Int64) throws(QueryFailure) {
        let now = LokiTime.now
        end = try question["end"].map { text throws(QueryFailure) in try LokiTime.instant(text, of: "end") } ?? now
        let first: Int64
        if let text = question["start"] {
            first = try LokiTime.instant(text, of: "start")
        } else {
            let since = try question["since"].map { text throws(QueryFailure) in
                try LokiTime.duration(text, of: "since")
            }
            // From now on where the end is in the future.
            first = min(end, now).subtractingClamped(since ?? lookback)
        }
        // Nothing was recorded before 1970, and differences of times stay within 64 bits.
        start = max(0, first)
        guard first < end else {
            throw .invalid("invalid query, through < from (\(end) < \(first)): end must be after start")
        }
    }

    /// The part of it that records can have.
    var nanoseconds: NanosecondSpan {
        NanosecondSpan(from: start, through: max(0, end) - 1)
    }
}

extension Int64 {
    /// The difference, or the end of 64 bits that it would pass.
    fileprivate func subtractingClamped(_ other: Int64) -> Int64 {
        let (difference, overflows) = subtractingReportingOverflow(other)
        return overflows ? (other < 0 ? .max : .min) : difference
    }
}
