public import PromQL

/// A line as it is stored.
public struct LogEntry: Sendable {
    /// Nanoseconds since the epoch.
    public var timestamp: Int64
    /// The text.
    public var line: String
    /// The labels of its stream.
    public var stream: Labels
    /// What is known of the line beside its text. No name is that of a label of the stream, and none comes twice.
    public var metadata: [Label]

    /// A line.
    public init(timestamp: Int64, line: String, stream: Labels, metadata: [Label] = []) {
        self.timestamp = timestamp
        self.line = line
        self.stream = stream
        self.metadata = metadata
    }
}

/// A label of a line, and where it comes from.
public struct LineLabel: Hashable, Sendable {
    /// Where a label comes from.
    public enum Origin: Hashable, Sendable {
        /// From the stream.
        case stream
        /// From what is known of the line beside its text.
        case metadata
        /// From the text, by a stage.
        case parsed
    }

    /// The name.
    public let name: String
    /// The value; it may be empty where the text has a key without one.
    public let value: String
    /// Where it comes from.
    public let origin: Origin
}

/// A line with the labels that a pipeline gave it.
public struct LogLine: Sendable {
    /// Nanoseconds since the epoch.
    public var timestamp: Int64
    /// The text, perhaps another one than that which is stored.
    public var line: String
    /// The labels, sorted by name, each name once.
    public var labels: [LineLabel]
}
