public import PromQL

/// Where the lines come from. The engine does no input or output itself: it asks a source.
public protocol LogSource: Sendable {
    /// Hands over the lines that a request describes, in the order that it names, until the body has enough.
    ///
    /// - Parameter body: Gives `false` when it wants no more. What it throws ends the query and must be thrown on.
    func forEachEntry(_ request: LogRequest, _ body: (LogEntry) throws -> Bool) async throws

    /// Hands over how many lines there were, where the source can count them without handing them over.
    ///
    /// - Returns: `false` when it cannot, and the engine is to count itself; nothing was handed over then.
    func forEachCount(_ request: LogCountRequest, _ body: (LogCount) throws -> Void) async throws -> Bool
}

/// What is known of lines before any stage changes them.
public enum LogCondition: Hashable, Sendable {
    /// A condition on the line as it is stored.
    case line(LineFilter)
    /// A condition on labels of the stream, and on what is known of the line beside its text.
    case label(LabelFilter)
}

/// Which lines a query needs.
public struct LogRequest: Hashable, Sendable {
    /// In which order lines are wanted.
    public enum Direction: String, Hashable, Sendable {
        /// The earliest first.
        case forward
        /// The latest first.
        case backward
    }

    /// The conditions on the stream, all of which must hold.
    public var matchers: [LabelMatcher]
    /// Conditions that lines must satisfy to be of use. The engine tests them again: a source need not.
    public var conditions: [LogCondition]
    /// Nanoseconds since the epoch: the first time that counts.
    public var from: Int64
    /// Nanoseconds since the epoch: the first time that does not count any more.
    public var to: Int64
    /// The order.
    public var direction: Direction
    /// About how many lines are wanted; `nil` for all.
    public var limit: Int?
    /// The labels that are looked at; `nil` for all. A source may leave out what else is known of lines.
    public var labels: Set<String>?

    /// A request.
    public init(
        matchers: [LabelMatcher],
        conditions: [LogCondition] = [],
        from: Int64,
        to: Int64,
        direction: Direction = .forward,
        limit: Int? = nil,
        labels: Set<String>? = nil
    ) {
        self.matchers = matchers
        self.conditions = conditions
        self.from = from
        self.to = to
        self.direction = direction
        self.limit = limit
        self.labels = labels
    }
}

/// Which lines are counted, and how.
public struct LogCountRequest: Hashable, Sendable {
    /// The conditions on the stream, all of which must hold.
    public var matchers: [LabelMatcher]
    /// Conditions that must hold for a line to count.
    public var conditions: [LogCondition]
    /// Nanoseconds since the epoch: lines must be later than this.
    public var after: Int64
    /// Nanoseconds since the epoch: lines must not be later than this.
    public var through: Int64
    /// The length in nanoseconds of the times for which lines are counted, one after the other from ``after`` on.
    public var interval: Int64
    /// The labels by which they are counted apart; `nil` for all, those beside the text included.
    public var grouping: Grouping?
    /// Whether their bytes are of interest too; where they are not, a source may tell any number of them.
    public var countsBytes: Bool
}

/// How many lines of some labels there were in an interval.
public struct LogCount: Hashable, Sendable {
    /// The labels.
    public var labels: Labels
    /// The number of the interval, from 0.
    public var interval: Int
    /// How many lines.
    public var lines: UInt64
    /// How many bytes they have.
    public var bytes: UInt64

    /// A count.
    public init(labels: Labels, interval: Int, lines: UInt64, bytes: UInt64) {
        self.labels = labels
        self.interval = interval
        self.lines = lines
        self.bytes = bytes
    }
}
