import CoreMetrics
public import MessageStream

/// A stream in Redis: each partition is a Redis stream, each consumer group a Redis consumer group on all of them.
///
/// Made for one Redis 7 or later with `appendonly yes` and `appendfsync always`: then what it has answered survives a
/// crash. Groups are made when they are first asked for, so neither side has to be there before the other.
public final class RedisStream: StreamWriter, StreamReader {
    /// `messaging.system`.
    public let system = "redis"
    /// Its name.
    public let name: String
    /// How many partitions there are.
    public let partitions: Int
    /// The consumer that this process is within each group. What a consumer has begun and not finished is its own when it
    /// comes back under the same name; others take it over after ``patience``.
    let consumer: String
    /// The most messages of a partition that a group may have before it; then nothing more is taken in.
    let limit: Int
    /// How many processed messages of a partition are kept.
    let memory: Int
    /// The most dead letters that are kept; the oldest go first, and are counted.
    let deadLetterLimit: Int
    /// How long a message that another consumer has begun is left to it. Longer than an attempt may take.
    let patience: Duration
    /// How long one wait for a message may take.
    let longestWait: Duration

    private let client: RedisClient
    private let forgottenDeadLetters = Counter(label: "messaging.consumer_group.dead_letters.forgotten")

    /// How long a message that was sent is known, so that it is not put in again.
    private static let sentMemory: Duration = .seconds(3_600)
    /// A larger message is not handed out whole: its consumer finds nothing in it that it can read.
    private static let largestMessage = 1 << 20

    /// Makes a stream by name.
    ///
    /// - Parameters:
    ///   - name: Its name; the keys in Redis begin with `faultline:` and the name.
    ///   - client: The Redis.
    ///   - consumer: The name of this process within each group; the same after a restart. Who only writes needs none.
    ///   - partitions: The same number for all who write and read; 4 by default.
    public init(
        _ name: String,
        in client: RedisClient,
        consumer: String = "",
        partitions: Int = 4,
        limit: Int = 25_000,
        memory: Int = 10_000,
        deadLetterLimit: Int = 10_000,
        patience: Duration = .seconds(15),
        longestWait: Duration = .seconds(5)
    ) {
        self.name = name
        self.client = client
        self.consumer = consumer
        self.partitions = partitions
        self.limit = limit
        self.memory = memory
        self.deadLetterLimit = deadLetterLimit
        self.patience = patience
        self.longestWait = longestWait
    }

    /// The Redis.
    public var server: StreamServer? { StreamServer(host: client.address.host, port: client.address.port) }

    // MARK: Writing

    /// Puts a message in, unless it was put there within the last hour.
    ///
    /// - Throws: `StreamFull`, ``RedisError``, `CancellationError`.
    public func append(_ message: StreamMessage) async throws -> StreamPosition {
        let partition = StreamMessage.partition(of: message.key, among: partitions)
        do {
            let reply = try await evaluate(
                RedisScripts.append,
                keys: [key(partition), "faultline:\(name):sent:\(message.id)"],
                [limit, limit + memory, Self.milliseconds(Self.sentMemory)].map(String.init),
                bytes: MessageFields.of(message)
            )
            guard let offset = reply.text else { throw unreadable("an id that is no text") }
            return StreamPosition(partition: partition, offset: offset)
        } catch RedisError.refused(_, .streamFull) {
            throw StreamFull(limit: limit)
        }
    }

    // MARK: Reading

    /// The oldest message that a group has still to process; waits for one. While another consumer is at it there is none.
    ///
    /// - Throws: ``RedisError``, `CancellationError`.
    public func next(in partition: Int, for group: String) async throws -> Delivery? {
        switch try await head(of: partition, for: group) {
        case .message(let delivery): return delivery
        case .taken(let idle):
            try await Task.sleep(for: min(longestWait, max(.milliseconds(50), patience - idle)))
        case .none(let last):
            // Anything that came after the last entry ends the wait at once, also when it came before this command.
            _ = try await client.send(
                RESPCommand(
                    "XREAD",
                    "COUNT",
                    "1",
                    "BLOCK",
                    String(Self.milliseconds(longestWait)),
                    "STREAMS",
                    key(partition),
                    last
                ),
                waiting: longestWait
            )
        }
        if case .message(let delivery) = try await head(of: partition, for: group) { return delivery }
        return nil
    }

    private enum Head {
        case message(Delivery)
        /// Another consumer is at it.
        case taken(idle: Duration)
        case none(last: String)
    }

    private func head(of partition: Int, for group: String) async throws -> Head {
        let arguments = [
            group, consumer, String(Self.milliseconds(patience)), String(Self.largestMessage),
        ]
        let reply = try await withGroups(group) {
            try await evaluate(RedisScripts.next, keys: [key(partition)], arguments)
        }
        let parts = reply.elements ?? []
        switch (parts.first?.text, parts.count) {
        case ("message", 4):
            guard let attempt = parts[1].number, let offset = parts[2].text, let fields = parts[3].elements else {
                break
            }
            return .message(
                Delivery(
                    MessageFields.message(fields, entry: offset),
                    at: StreamPosition(partition: partition, offset: offset),
                    attempt: attempt
                )
            )
        case ("taken", 2):
            guard let idle = parts[1].number else { break }
            return .taken(idle: .milliseconds(idle))
        case ("none", 2):
            guard let last = parts[1].text else { break }
            return .none(last: last)
        default: break
        }
        throw unreadable("an answer of another form")
    }

    /// The group goes on to the next message.
    ///
    /// - Throws: ``RedisError``, `CancellationError`.
    public func acknowledge(_ delivery: Delivery, for group: String) async throws {
        let position = delivery.position
        _ = try await client.send(RESPCommand("XACK", key(position.partition), group, position.offset))
    }

    /// Counts an attempt; the message stays this consumer's.
    ///
    /// - Throws: ``RedisError``, `CancellationError`.
    public func giveBack(_ delivery: Delivery, for group: String) async throws {
        let position = delivery.position
        _ = try await client.send(
            RESPCommand(
                "XCLAIM",
                key(position.partition),
                group,
                consumer,
                "0",
                position.offset,
                "RETRYCOUNT",
                String(delivery.attempt + 1),
                "JUSTID"
            )
        )
    }

    /// Moves the message to the Redis stream of the dead letters.
    ///
    /// - Throws: ``RedisError``, `CancellationError`.
    public func bury(_ delivery: Delivery, for group: String, because reason: String) async throws {
        let position = delivery.position
        let about = [
            "group", group, "partition", String(position.partition), "offset", position.offset,
            "attempts", String(delivery.attempt), "reason", reason,
        ]
        let reply = try await evaluate(
            RedisScripts.bury,
            keys: [key(position.partition), deadLetters],
            [group, position.offset, String(deadLetterLimit)] + about
        )
        if let forgotten = reply.number, forgotten > 0 { forgottenDeadLetters.increment(by: forgotten) }
    }

    /// How many messages a group has still to process, by partition.
    ///
    /// - Throws: ``RedisError``, `CancellationError`.
    public func lag(of group: String) async throws -> [Int] {
        let reply = try await evaluate(
            RedisScripts.lag,
            keys: (0..<partitions).map(key),
            [group, String(limit)]
        )
        guard let lags = reply.elements?.compactMap(\.number), lags.count == partitions else {
            throw unreadable("an answer of another form")
        }
        return lags
    }

    // MARK: Asking Redis

    /// The Redis stream of a partition.
    func key(_ partition: Int) -> String { "faultline:\(name):\(partition)" }

    /// The Redis stream of the dead letters.
    var deadLetters: String { "faultline:\(name):dead_letters" }

    private func evaluate(
        _ script: String,
        keys: [String],
        _ arguments: [String],
        bytes: [[UInt8]] = []
    ) async throws -> RESPValue {
        try await client.send(RESPCommand(["EVAL", script, String(keys.count)] + keys + arguments, bytes: bytes))
    }

    /// Runs an operation, and once more when Redis does not know the group: it is new, or it has lost its data.
    private func withGroups(_ group: String, _ operation: () async throws -> RESPValue) async throws -> RESPValue {
        do {
            return try await operation()
        } catch RedisError.refused(_, .noGroup) {
            for partition in 0..<partitions {
                do {
                    _ = try await client.send(
                        RESPCommand("XGROUP", "CREATE", key(partition), group, "0", "MKSTREAM")
                    )
                } catch RedisError.refused(_, .groupExists) {}
            }
            return try await operation()
        }
    }

    private func unreadable(_ reason: String) -> RedisError {
        .unreadable(server: client.address.authority, reason: reason)
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        max(1, Int(duration / .milliseconds(1)))
    }
}
