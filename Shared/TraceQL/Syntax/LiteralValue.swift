/// A value that stands in a query.
public enum LiteralValue: Hashable, Sendable {
    case text(String)
    /// A whole number.
    case integer(Int64)
    case number(Double)
    /// Nanoseconds.
    case duration(Int64)
    case truth(Bool)
    /// `error`, `ok`, `unset`.
    case status(SpanStatusWord)
    /// `server`, `client` and so on.
    case kind(SpanKindWord)
    /// No value.
    case nothing

    /// The number that it is, durations in nanoseconds; `nil` for what is none.
    public var numeric: Double? {
        switch self {
        case .integer(let number), .duration(let number): Double(number)
        case .number(let number): number
        case .text, .truth, .status, .kind, .nothing: nil
        }
    }
}

/// How a span ended.
public enum SpanStatusWord: String, CaseIterable, Hashable, Sendable {
    case error, ok, unset
}

/// Which side of a call a span is.
public enum SpanKindWord: String, CaseIterable, Hashable, Sendable {
    case unspecified, `internal`, server, client, producer, consumer
}
