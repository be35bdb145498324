/// Which side of a call a span is (`opentelemetry.proto.trace.v1.Span.SpanKind`). Numbers that are not known are kept.
public struct SpanKind: RawRepresentable, Sendable, Hashable {
    /// The number on the wire.
    public var rawValue: Int32
    /// Creates a kind from its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// Not said; to be taken as internal.
    public static let unspecified = SpanKind(rawValue: 0)
    /// Within a process.
    public static let `internal` = SpanKind(rawValue: 1)
    /// Handles a request that came from elsewhere.
    public static let server = SpanKind(rawValue: 2)
    /// Sends a request elsewhere.
    public static let client = SpanKind(rawValue: 3)
    /// Sends a message.
    public static let producer = SpanKind(rawValue: 4)
    /// Handles a message.
    public static let consumer = SpanKind(rawValue: 5)
}

/// How a span ended (`opentelemetry.proto.trace.v1.Status.StatusCode`). Numbers that are not known are kept.
public struct SpanStatusCode: RawRepresentable, Sendable, Hashable {
    /// The number on the wire.
    public var rawValue: Int32
    /// Creates a code from its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// Nothing was said.
    public static let unset = SpanStatusCode(rawValue: 0)
    /// Someone said that it went well.
    public static let ok = SpanStatusCode(rawValue: 1)
    /// It failed.
    public static let error = SpanStatusCode(rawValue: 2)
}

/// How severe a log record is (`opentelemetry.proto.logs.v1.SeverityNumber`): 1 to 24, in steps of four.
public struct SeverityNumber: RawRepresentable, Sendable, Hashable {
    /// The number on the wire.
    public var rawValue: Int32
    /// Creates a severity from its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// Not said.
    public static let unspecified = SeverityNumber(rawValue: 0)
    /// The finest detail.
    public static let trace = SeverityNumber(rawValue: 1)
    /// For debugging.
    public static let debug = SeverityNumber(rawValue: 5)
    /// Something happened, as it should.
    public static let info = SeverityNumber(rawValue: 9)
    /// Something is noteworthy; OpenTelemetry's place for a notice.
    public static let info2 = SeverityNumber(rawValue: 10)
    /// Something may go wrong.
    public static let warn = SeverityNumber(rawValue: 13)
    /// Something went wrong.
    public static let error = SeverityNumber(rawValue: 17)
    /// Nothing works any more.
    public static let fatal = SeverityNumber(rawValue: 21)
}

/// Since when a sum or a histogram counts (`opentelemetry.proto.metrics.v1.AggregationTemporality`).
public struct AggregationTemporality: RawRepresentable, Sendable, Hashable {
    /// The number on the wire.
    public var rawValue: Int32
    /// Creates a temporality from its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// Not said; not valid.
    public static let unspecified = AggregationTemporality(rawValue: 0)
    /// Since the point before.
    public static let delta = AggregationTemporality(rawValue: 1)
    /// Since the series began.
    public static let cumulative = AggregationTemporality(rawValue: 2)
}

/// A number that is either a double or an integer.
public enum NumberValue: Sendable, Hashable {
    /// A double.
    case double(Double)
    /// A signed 64-bit integer.
    case int(Int64)
}
