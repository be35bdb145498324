/// A message of a stream: what happened, and the context in which it did.
public struct StreamMessage: Sendable, Hashable {
    /// The same for every attempt to send it, so that a stream keeps it once.
    public let id: String
    /// Messages of one key stay in order: they go to one partition.
    public let key: String
    /// The trace and the baggage that the message belongs to, by the names of their propagation fields.
    public var headers: [String: String]
    /// The content.
    public let body: [UInt8]

    /// Makes a message.
    public init(id: String, key: String, headers: [String: String] = [:], body: [UInt8]) {
        self.id = id
        self.key = key
        self.headers = headers
        self.body = body
    }

    /// The partition that a key belongs to: FNV-1a of its bytes, the same on every machine.
    public static func partition(of key: String, among count: Int) -> Int {
        let hash = key.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Int(hash % UInt64(count))
    }
}

/// Where a message is in its stream.
public struct StreamPosition: Sendable, Hashable {
    /// The partition, from 0.
    public let partition: Int
    /// The place in the partition, as the system writes it.
    public let offset: String

    /// Makes a position.
    public init(partition: Int, offset: String) {
        self.partition = partition
        self.offset = offset
    }
}

/// A message on its way to a consumer group.
public struct Delivery: Sendable, Hashable {
    /// The message.
    public let message: StreamMessage
    /// Where it is.
    public let position: StreamPosition
    /// How many times it was tried, this time included.
    public let attempt: Int

    /// Makes a delivery.
    public init(_ message: StreamMessage, at position: StreamPosition, attempt: Int) {
        self.message = message
        self.position = position
        self.attempt = attempt
    }
}
