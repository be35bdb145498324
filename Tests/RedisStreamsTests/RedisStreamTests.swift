import Deadlines
import InMemoryTracing
import Logging
import MessageStream
import RedisServer
import Synchronization
import Testing
import Tracing

@testable import RedisStreams

@Suite(
    "A stream in Redis",
    .enabled(if: RedisServer.isThere, "No Redis: run ./demo test, or set FAULTLINE_REDIS."),
    .timeLimit(.minutes(2))
)
struct RedisStreamTests {
    private static let group = "picking"

    private static func stream(
        _ server: RedisServer,
        consumer: String = "one",
        patience: Duration = .seconds(15),
        partitions: Int = 1
    ) throws -> RedisStream {
        RedisStream(
            "orders",
            in: RedisClient(try #require(RedisAddress(server.url))),
            consumer: consumer,
            partitions: partitions,
            patience: patience,
            longestWait: .milliseconds(200)
        )
    }

    private static func message(_ id: String) -> StreamMessage {
        StreamMessage(id: id, key: id, headers: ["traceparent": "00-\(id)"], body: Array("\r\n\0\(id)".utf8))
    }

    /// The next message; waits for it.
    private static func next(_ stream: RedisStream) async throws -> Delivery {
        while true {
            if let delivery = try await stream.next(in: 0, for: group) { return delivery }
        }
    }

    @Test("gives back what was put in, in order, one message at a time, to whoever reads")
    func order() async throws {
        let server = try await RedisServer()
        let (one, two) = (try Self.stream(server), try Self.stream(server, consumer: "two"))
        for id in ["a", "b", "c"] { _ = try await one.append(Self.message(id)) }
        let first = try await Self.next(one)
        #expect(first.message == Self.message("a") && first.attempt == 1)
        #expect(try await two.next(in: 0, for: Self.group) == nil, "The first is not done.")
        #expect(try await Self.next(one) == first, "Who has it gets it again.")
        try await one.acknowledge(first, for: Self.group)
        let second = try await Self.next(two)
        #expect(second.message.id == "b")
        try await two.giveBack(second, for: Self.group)
        let again = try await Self.next(two)
        #expect(again.message.id == "b" && again.attempt == 2)
        #expect(try await two.lag(of: Self.group) == [2])
        try await two.acknowledge(again, for: Self.group)
        #expect(try await Self.next(one).message.id == "c")
    }

    @Test("hands what a consumer had begun to that consumer when it comes back, and to another when it does not")
    func deadConsumer() async throws {
        let server = try await RedisServer()
        let dead = try Self.stream(server, consumer: "dead")
        for id in ["a", "b"] { _ = try await dead.append(Self.message(id)) }
        _ = try await Self.next(dead)
        let reborn = try Self.stream(server, consumer: "dead")
        let begun = try await Self.next(reborn)
        #expect(begun.message.id == "a" && begun.attempt == 1)
        let heir = try Self.stream(server, consumer: "heir", patience: .milliseconds(300))
        let inherited = try await Self.next(heir)
        #expect(inherited.message.id == "a")
        try await heir.acknowledge(inherited, for: Self.group)
        #expect(try await Self.next(heir).message.id == "b")
    }

    @Test("wakes who waits for a message when one comes")
    func wakes() async throws {
        let server = try await RedisServer()
        let stream = try Self.stream(server)
        async let delivery = Self.next(stream)
        _ = try await Self.stream(server).append(Self.message("a"))
        #expect(try await delivery.message.id == "a")
    }

    @Test("loses nothing and repeats nothing through kills of Redis while it is written and read")
    func killed() async throws {
        let server = try await RedisServer()
        let (writer, reader) = (try Self.stream(server), try Self.stream(server))
        let count = 300
        let read = try await withThrowingTaskGroup(of: [String].self) { tasks in
            tasks.addTask {
                for number in 0..<count {
                    try await insisting { _ = try await writer.append(Self.message("\(number)")) }
                }
                return []
            }
            let progress = Mutex(0)
            tasks.addTask {
                var read: [String] = []
                while read.count < count {
                    let delivery = try await insisting { try await Self.next(reader) }
                    try await insisting { try await reader.acknowledge(delivery, for: Self.group) }
                    read.append(delivery.message.id)
                    progress.withLock { $0 += 1 }
                }
                return read
            }
            for moment in [50, 150, 250] {
                while progress.withLock({ $0 }) < moment { try await Task.sleep(for: .milliseconds(1)) }
                server.kill()
                try await server.start()
            }
            return try await tasks.reduce(into: []) { $0 += $1 }
        }
        #expect(read == (0..<count).map(String.init))
        #expect(try await reader.lag(of: Self.group) == [0])
    }

    /// Repeats an operation until it goes well, or until the test's time is over.
    private func insisting<Value>(_ operation: () async throws -> Value) async throws -> Value {
        while true {
            do { return try await operation() } catch { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test("goes on after Redis has lost everything")
    func emptied() async throws {
        let server = try await RedisServer()
        let stream = try Self.stream(server)
        _ = try await stream.append(Self.message("a"))
        try await stream.acknowledge(try await Self.next(stream), for: Self.group)
        _ = try await RedisClient(try #require(RedisAddress(server.url))).send(RESPCommand("FLUSHALL"))
        _ = try await stream.append(Self.message("b"))
        #expect(try await Self.next(stream).message.id == "b")
    }

    @Test("hands out what somebody else has put in as a message that cannot be read, however large it is")
    func foreign() async throws {
        let server = try await RedisServer()
        let stream = try Self.stream(server)
        let client = RedisClient(try #require(RedisAddress(server.url)))
        let large = [UInt8](repeating: 0x61, count: 6 << 20)
        for (field, value) in [("hello", Array("you".utf8)), ("body", large)] {
            _ = try await client.send(RESPCommand(["XADD", stream.key(0), "*", field], bytes: [value]))
            let delivery = try await Self.next(stream)
            #expect(delivery.message.body.isEmpty)
            try await stream.bury(delivery, for: Self.group, because: "unreadable")
        }
        #expect(try await client.send(RESPCommand("XLEN", stream.deadLetters)) == .integer(2))
        #expect(try await stream.lag(of: Self.group) == [0])
    }

    @Test("says in its spans which system and server it is, and in none a password")
    func spans() async throws {
        let server = try await RedisServer(password: "hunter2")
        let url = "redis://:hunter2@127.0.0.1:\(server.port)"
        let tracer = InMemoryTracer()
        try await withTracer(tracer) {
            let stream = RedisStream("orders", in: RedisClient(try #require(RedisAddress(url))), partitions: 1)
            try await StreamProducer(stream).send(Self.message("a"))
            let stranger = RedisStream(
                "orders",
                in: RedisClient(try #require(RedisAddress(url.replacing("hunter2", with: "hunter3")))),
                partitions: 1
            )
            await #expect(throws: RedisError.refused(server: "127.0.0.1:\(server.port)", .passwordWrong)) {
                try await StreamProducer(stranger).send(Self.message("b"))
            }
        }
        let spans = tracer.finishedSpans
        #expect(spans.map(\.operationName) == ["send orders", "send orders"])
        for span in spans {
            #expect(span.attributes["messaging.system"]?.toSpanAttribute() == .string("redis"))
            #expect(span.attributes["server.address"]?.toSpanAttribute() == .string("127.0.0.1"))
            #expect(
                span.attributes["server.port"]?.toSpanAttribute() == .int32(Int32(server.port))
                    || span.attributes["server.port"]?.toSpanAttribute() == .int64(Int64(server.port))
            )
            #expect(!String(reflecting: span).contains("hunter"))
        }
        #expect(spans.last?.attributes["error.type"]?.toSpanAttribute() == .string("WRONGPASS"))
    }
}
