import HTTPCore
import PromQL
import TraceQL

/// Parameters as Tempo's clients write them.
extension Question {
    /// How far back who names no start looks, in nanoseconds.
    private static let lookback: Int64 = 3_600_000_000_000

    /// `start` and `end` in seconds; the last hour where there are none.
    func tempoSpan() throws(QueryFailure) -> NanosecondSpan {
        let now = WallClock.milliseconds * 1_000_000
        let end = try nanoseconds("end") ?? now
        let start = try nanoseconds("start") ?? min(end, now).subtractingReportingOverflow(Self.lookback).partialValue
        guard start <= end else {
            throw .invalid("invalid parameter \"start\": it must not be after end")
        }
        return NanosecondSpan(from: start, through: end)
    }

    /// Nanoseconds of a parameter in seconds, far from the ends of 64 bits.
    func nanoseconds(_ name: String) throws(QueryFailure) -> Int64? {
        guard let text = self[name] else { return nil }
        guard let seconds = Double(text), seconds.isFinite else {
            throw .invalid("invalid parameter \"\(name)\": it must be a number of seconds since the epoch")
        }
        return Int64((min(max(seconds, -9e9), 9e9) * 1e9).rounded())
    }

    /// A whole number within bounds.
    func number(_ name: String, default number: Int, in range: ClosedRange<Int>) throws(QueryFailure) -> Int {
        guard let text = self[name] else { return number }
        guard let value = Int(text), range.contains(value) else {
            throw .invalid(
                "invalid parameter \"\(name)\": it must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    /// `step`, a duration or a number of seconds, in nanoseconds; a hundredth of the range where there is none.
    func step(of span: NanosecondSpan) throws(QueryFailure) -> Int64 {
        let second: Int64 = 1_000_000_000
        guard let text = self["step"] else {
            return max(second, (span.through - span.from) / 100 / second * second)
        }
        let milliseconds = try PrometheusTime.duration(text, of: "step")
        guard milliseconds > 0, milliseconds < 1 << 40 else {
            throw .invalid("invalid parameter \"step\": it must be positive")
        }
        return milliseconds * 1_000_000
    }

    /// A query of TraceQL.
    func traceQL(_ name: String = "q") throws(QueryFailure) -> TraceQuery {
        let text = try required(name)
        do { return try TraceQuery(parsing: text) } catch { throw .invalid("invalid TraceQL query: \(error)") }
    }
}
