/// A stream of messages by name, in one of the systems that can keep one.
public protocol MessageStream: Sendable {
    /// `messaging.system` of the semantic conventions.
    var system: String { get }
    /// `messaging.destination.name`.
    var name: String { get }
    /// The server that keeps the stream; `nil` where none is asked over the network.
    var server: StreamServer? { get }
}

extension MessageStream {
    /// None.
    public var server: StreamServer? { nil }
}

/// `server.address` and `server.port` of the semantic conventions.
public struct StreamServer: Sendable, Hashable {
    /// A host name or an address.
    public let host: String
    /// The TCP port.
    public let port: Int

    /// Names a server.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

/// A consumer group is so far behind that the stream takes nothing more in.
public struct StreamFull: MessageError, Equatable, CustomStringConvertible {
    /// How many messages of a partition a group may have before it.
    public let limit: Int

    /// A stream that keeps so many for a group.
    public init(limit: Int) {
        self.limit = limit
    }

    /// `error.type`.
    public var errorType: String { "stream_full" }

    /// What happened and what helps.
    public var description: String {
        "The stream keeps \(limit) messages for a group and takes nothing more in until its consumers catch up."
    }
}

/// A stream that messages can be put into.
public protocol StreamWriter: MessageStream {
    /// Puts a message into the stream. Putting it there again changes nothing as long as the stream remembers it.
    ///
    /// - Returns: Where it is, once it would survive a crash of the stream.
    /// - Throws: What kept it from being stored; it may be stored all the same.
    func append(_ message: StreamMessage) async throws -> StreamPosition
}

/// A stream that consumer groups read, each in its own time.
///
/// A group sees the messages of a partition one after another, each until it is acknowledged or buried.
public protocol StreamReader: MessageStream {
    /// How many partitions there are.
    var partitions: Int { get }

    /// The oldest message that a group has still to process; waits for one.
    ///
    /// - Returns: `nil` when there was none for a while.
    func next(in partition: Int, for group: String) async throws -> Delivery?

    /// The group has processed the message and goes on to the next.
    func acknowledge(_ delivery: Delivery, for group: String) async throws

    /// The group could not process the message: ``next(in:for:)`` hands it out again, as the next attempt.
    func giveBack(_ delivery: Delivery, for group: String) async throws

    /// Puts the message aside, among the dead letters, and goes on to the next.
    func bury(_ delivery: Delivery, for group: String, because reason: String) async throws

    /// How many messages a group has still to process, by partition.
    func lag(of group: String) async throws -> [Int]
}
