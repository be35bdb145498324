import Glibc
import Gzip
import HTTPCore
import HTTPTypes
import OTLP
import Synchronization
import Testing
import Zstandard

@testable import Collector

@Suite("The OTLP receiver", .timeLimit(.minutes(3)))
struct ReceiverTests {
    private let protobuf: HTTPFields = [.contentType: "application/x-protobuf"]
    private let json: HTTPFields = [.contentType: "application/json; charset=utf-8"]

    @Test("Answers in the encoding of the request, with nothing to say about success")
    func encodings() async throws {
        try await withCollector(before: StubbornClickHouse([])) { running in
            let message = Samples.spans(1...3)
            let first = try await running.send(.post, "/v1/traces", protobuf, message.encodeProtobuf())
            #expect(first.head.status == .ok)
            #expect(first.head.headerFields[.contentType] == "application/x-protobuf")
            #expect(first.body.isEmpty)
            let second = try await running.send(.post, "/v1/traces", json, message.encodeJSON())
            #expect(second.head.status == .ok)
            #expect(second.head.headerFields[.contentType] == "application/json")
            #expect(String(decoding: second.body, as: UTF8.self) == "{}")
            #expect(running.statistics.items[.spans]?.accepted == 6)
        }
    }

    @Test("Takes all three signals, empty requests too", arguments: ["/v1/traces", "/v1/metrics", "/v1/logs"])
    func emptyRequests(path: String) async throws {
        try await withCollector { running in
            let statuses = [
                try await running.send(.post, path, protobuf).head.status,
                try await running.send(.post, path, json, Array("{}".utf8)).head.status,
            ]
            #expect(statuses == [.ok, .ok])
        }
    }

    @Test("Refuses codings and media types that it does not know, and bodies that are not what they say")
    func unknownCodings() async throws {
        try await withCollector(before: StubbornClickHouse([])) { running in
            let body = Samples.spans(1...3).encodeProtobuf()
            for coding in ["gzip", "deflate", "zstd"] {
                var fields = protobuf
                fields[.contentEncoding] = coding
                #expect(try await running.send(.post, "/v1/traces", fields, [1, 2, 3]).head.status == .badRequest)
            }
            var fields = protobuf
            fields[.contentEncoding] = "br"
            let other = try await running.send(.post, "/v1/traces", fields, body)
            #expect(other.head.status == .unsupportedMediaType)
            let text = try await running.send(.post, "/v1/traces", [.contentType: "text/plain"], body)
            #expect(text.head.status == .unsupportedMediaType)
            #expect(try await running.send(.get, "/v1/traces").head.status == .methodNotAllowed)
            #expect(running.statistics.items[.spans]?.accepted == 0)
        }
    }

    @Test("Expands gzip, deflate and zstd", arguments: ["gzip", "x-gzip", "GZIP", "deflate", "zstd", "identity"])
    func codings(name: String) async throws {
        let message = Samples.spans(1...3).encodeProtobuf()
        let body =
            switch name {
            case "identity": message
            case "zstd": Zstandard.compress(message)
            case "deflate": Self.zlib(message)
            default: Gzip.compress(message)
            }
        try await withCollector(before: StubbornClickHouse([])) { running in
            var fields = protobuf
            fields[.contentEncoding] = name
            let answer = try await running.send(.post, "/v1/traces", fields, body)
            #expect(answer.head.status == .ok)
            #expect(running.statistics.items[.spans]?.accepted == 3)
        }
    }

    /// The zlib format around the same deflated bytes that gzip has: another head, and Adler-32 at the end.
    private static func zlib(_ bytes: [UInt8]) -> [UInt8] {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        let sum = high << 16 | low
        let deflated = Gzip.compress(bytes).dropFirst(10).dropLast(8)
        return [0x78, 0x9C] + deflated + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
    }

    @Test("Commas are not values: in a text they are taken, alone they are malformed")
    func commas() async throws {
        let commas = [UInt8](repeating: UInt8(ascii: ","), count: 4 << 20)
        let record = LogRecord(time: Samples.start, body: .string(String(decoding: commas, as: UTF8.self)))
        try await withCollector(before: StubbornClickHouse([])) { running in
            let text = try await running.send(.post, "/v1/logs", json, Samples.logs([record]).encodeJSON())
            #expect(text.head.status == .ok)
            for start in ["", "[", #"{"resourceLogs":["#] {
                let answer = try await running.send(.post, "/v1/logs", json, Array(start.utf8) + commas)
                #expect(answer.head.status == .badRequest)
            }
        }
    }

    private final class Gate: Sendable {
        let isOpen = Atomic<Bool>(false)
    }

    @Test("Expands and decodes on threads of its own: the event loops go on while all of those are busy")
    func threads() async throws {
        let gate = Gate()
        try await withCollector(before: StubbornClickHouse([])) { running in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<64 {
                    group.addTask(executorPreference: ComputeExecutor.shared) {
                        while !gate.isOpen.load(ordering: .relaxed) { usleep(1_000) }
                    }
                }
                group.addTask { try await running.take(Samples.spans(1...3)) }
                for _ in 0..<20 {
                    #expect(try await running.send(.get, "/health").head.status == .ok)
                }
                #expect(running.statistics.items[.spans]?.accepted == 0)
                gate.isOpen.store(true, ordering: .relaxed)
                try await group.waitForAll()
            }
            #expect(running.statistics.items[.spans]?.accepted == 3)
        }
    }

    @Test("Says as google.rpc.Status why it cannot read a body")
    func undecodable() async throws {
        try await withCollector { running in
            let answer = try await running.send(.post, "/v1/logs", protobuf, [0xFF, 0xFF])
            #expect(answer.head.status == .badRequest)
            let status = try RPCStatus(protobuf: answer.body)
            #expect(status.code == 3)
            #expect(!status.message.isEmpty)
            let text = try await running.send(.post, "/v1/logs", json, Array("[".utf8))
            #expect(text.head.status == .badRequest)
            #expect(try RPCStatus(json: text.body).code == 3)
        }
    }

    @Test("Refuses what is too large, also when it only becomes so by expansion")
    func tooLarge() async throws {
        try await withCollector(["COLLECTOR_MAX_REQUEST_BYTES": "10000"]) { running in
            let body = [UInt8](repeating: 0, count: 10_001)
            let plain = try await running.send(.post, "/v1/traces", protobuf, body)
            #expect(plain.head.status == .contentTooLarge)
            #expect(try RPCStatus(protobuf: plain.body).code == 8)
            var fields = protobuf
            fields[.contentEncoding] = "gzip"
            let bomb = Gzip.compress([UInt8](repeating: 0, count: 10 << 20))
            #expect(try await running.send(.post, "/v1/traces", fields, bomb).head.status == .contentTooLarge)
            #expect(running.collector.pipeline.budget.usedBytes == 0)
        }
    }

    @Test("A small request that would become too many bytes of rows is refused")
    func amplification() async throws {
        try await withCollector { running in
            var message = Samples.spans((1...1_000).map { Samples.span($0) })
            let long = String(repeating: "x", count: 1 << 20)
            message.resourceSpans[0].resource.attributes.append(KeyValue(key: "long", value: .string(long)))
            let status = try await running.export(message)
            #expect(status == .contentTooLarge)
            #expect(running.collector.pipeline.budget.usedBytes == 0)
            #expect(running.statistics.items[.spans]?.refused == 1_000)
        }
    }

    @Test("A body of many tiny values takes no more than the memory budget")
    func bombs() async throws {
        @Sendable func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
            var bytes: [UInt8] = [number << 3 | 2]
            bytes.append(varint: content.count)
            return bytes + content
        }
        @Sendable func pairs(_ tag: UInt8) -> [UInt8] { (0..<200_000).flatMap { _ in [tag, 0] } }
        let bombs: [(body: [UInt8], status: HTTPResponse.Status)] = [
            // Spans without ids are no rows, nor is a scope without spans.
            (field(1, field(2, pairs(0x12))), .ok),
            (field(1, pairs(0x12)), .ok),
            (field(1, field(1, pairs(0x0A))), .badRequest),
            (field(1, field(2, field(2, pairs(0x4A)))), .badRequest),
            (field(1, field(2, field(2, pairs(0x5A)))), .badRequest),
            (field(1, field(2, field(2, field(9, field(2, field(5, pairs(0x0A))))))), .ok),
        ]
        // The smallest budget that there is: a smaller bound shows the same as a larger body.
        try await withCollector(["COLLECTOR_QUEUE_BYTES": "1048576"]) { running in
            var fields = protobuf
            fields[.contentEncoding] = "gzip"
            for (index, bomb) in bombs.enumerated() {
                let answer = try await running.send(.post, "/v1/traces", fields, Gzip.compress(bomb.body))
                #expect(answer.head.status == bomb.status, "bomb \(index)")
            }
            let points = field(1, field(2, field(2, field(5, pairs(0x0A)))))
            let metrics = try await running.send(.post, "/v1/metrics", fields, Gzip.compress(points))
            #expect(metrics.head.status == .contentTooLarge)
            fields = json
            fields[.contentEncoding] = "gzip"
            let objects = Array(#"{"resourceSpans":["#.utf8) + (0..<100_000).flatMap { _ in "{},".utf8 }
            let answer = try await running.send(.post, "/v1/traces", fields, Gzip.compress(objects))
            #expect(answer.head.status == .contentTooLarge)
            #expect(running.collector.pipeline.budget.usedBytes == 0)
        }
    }

    @Test("What is cut off, nests without end or is no OTLP is malformed, whatever the signal and encoding")
    func hostile() async throws {
        @Sendable func nested(_ levels: Int) -> [UInt8] {
            (0..<levels).reduce([]) { inner, _ in
                var bytes: [UInt8] = [0x0A]
                bytes.append(varint: inner.count)
                return bytes + inner
            }
        }
        var span = Samples.span(1)
        span.attributes = [KeyValue(key: "k", value: (0..<1_000).reduce(.int(1)) { inner, _ in .array([inner]) })]
        let deep = Samples.spans([span]).encodeProtobuf()
        let brackets = [UInt8](repeating: UInt8(ascii: "["), count: 10_000)
        let objects = Array(String(repeating: #"{"a":"#, count: 10_000).utf8)
        try await withCollector { running in
            for path in ["/v1/traces", "/v1/logs", "/v1/metrics"] {
                for body in [brackets, objects, Array(#"{"resourceSpans":[{"#.utf8), [0xFF]] {
                    #expect(try await running.send(.post, path, json, body).head.status == .badRequest)
                }
                for body in [Array(deep.dropLast(3)), [0x0A, 0x7F], [0x07], [UInt8](repeating: 0xFF, count: 10_000)] {
                    #expect(try await running.send(.post, path, protobuf, body).head.status == .badRequest)
                }
            }
            #expect(try await running.send(.post, "/v1/traces", protobuf, deep).head.status == .badRequest)
            // Ten thousand messages inside of each other, of fields that the request has nowhere.
            let unknown = try await running.send(.post, "/v1/traces", protobuf, nested(10_000))
            #expect([.ok, .badRequest].contains(unknown.head.status))
            #expect(running.collector.pipeline.budget.usedBytes == 0)
        }
    }

    @Test("A token is asked for under any case of its scheme, and not for health")
    func bearerToken() async throws {
        try await withCollector(["COLLECTOR_BEARER_TOKEN": "s3cret-token=="]) { running in
            func status(_ authorization: String?) async throws -> HTTPResponse {
                var fields = protobuf
                fields[.authorization] = authorization
                return try await running.send(.post, "/v1/traces", fields, Samples.spans(1...1).encodeProtobuf()).head
            }
            for scheme in ["Bearer", "bearer", "BEARER"] {
                #expect(try await status("\(scheme) s3cret-token==").status == .ok)
            }
            for wrong in [
                "Bearer s3cret-token", "Bearer ", "Bearer", "Basic s3cret-token==", "Bearer s3cret-token==x", "",
            ] {
                let head = try await status(wrong)
                #expect(head.status == .unauthorized, "\(wrong)")
                #expect(head.headerFields[.wwwAuthenticate]?.hasPrefix("Bearer ") == true)
            }
            let without = try await status(nil)
            #expect(without.status == .unauthorized)
            #expect(without.headerFields[.wwwAuthenticate] == #"Bearer realm="collector""#)
            let call = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
            let answer = try await running.send(.post, call, [.contentType: "application/grpc"])
            #expect(answer.head.headerFields[.grpcStatus] == "16", "UNAUTHENTICATED")
            #expect(try await running.send(.get, "/health").head.status == .ok)
            #expect(running.statistics.items[.spans]?.accepted == 3)
        }
    }

    @Test("Items of requests that are not read are counted by the size of their bodies")
    func refusedItems() async throws {
        try await withCollector(["COLLECTOR_LOG_BYTES": "1048576"]) { running in
            let body = Samples.spans(1...1_000).encodeProtobuf()
            var taken = 0
            while try await running.send(.post, "/v1/traces", protobuf, body).head.status == .ok { taken += 1_000 }
            let items = try #require(running.statistics.items[.spans])
            #expect(items.accepted == taken)
            #expect(items.refused == 1_000)
        }
    }

    @Test("What a body will take is about what ordinary telemetry needs")
    func decodingCost() {
        let message = Samples.metrics((1...1_000).map { Samples.gauge($0) })
        let estimates = [
            DecodingCost.estimate(message.encodeProtobuf(), in: .protobuf, for: .metricPoints),
            DecodingCost.estimate(message.encodeJSON(), in: .json, for: .metricPoints),
        ]
        for estimate in estimates { #expect((200_000...1_500_000).contains(estimate)) }
        #expect(DecodingCost.estimate([0x0A, 0xFF], in: .protobuf, for: .metricPoints) == 0)
    }

    @Test("Refuses spans without ids, and keeps the others")
    func partialSuccess() async throws {
        try await withCollector(before: StubbornClickHouse([])) { running in
            var nameless = Samples.span(1)
            nameless.traceID = .none
            let message = Samples.spans([nameless, Samples.span(2)])
            let answer = try await running.send(.post, "/v1/traces", json, message.encodeJSON())
            #expect(answer.head.status == .ok)
            let response = try ExportTraceServiceResponse(json: answer.body)
            #expect(response.partialSuccess?.rejectedSpans == 1)
            try await eventually { running.statistics.rows[.traces]?.written == 1 }
        }
    }

    @Test("With a full log it answers 503 with Retry-After, and takes more when there is room again")
    func full() async throws {
        let clickHouse = StubbornClickHouse([], then: .refuse(500, code: 999))
        try await withCollector(
            before: clickHouse,
            ["COLLECTOR_LOG_BYTES": "\(1 << 20)", "COLLECTOR_QUEUE_BYTES": "\(1 << 20)"]
        ) { running in
            let body = Samples.spans(1...100).encodeProtobuf()
            var acknowledged = 0
            var answer = try await running.send(.post, "/v1/traces", protobuf, body)
            while answer.head.status == .ok {
                acknowledged += 100
                answer = try await running.send(.post, "/v1/traces", protobuf, body)
            }
            #expect(answer.head.status == .serviceUnavailable)
            #expect(answer.head.headerFields[.retryAfter] == "1")
            #expect(try RPCStatus(protobuf: answer.body).code == 14)
            #expect(running.statistics.refusedRequests[.init(signal: .spans, reason: "log_full")] == 1)
            let log = running.collector.pipeline.spans.log.gauge.reading
            #expect(log.bytes <= log.limit)
            #expect(log.items == acknowledged)
            // Other signals have room of their own.
            try await running.take(Samples.logs([Samples.record(1)]), "/v1/logs")
            clickHouse.become(.accept)
            let expected = acknowledged
            try await eventually { running.statistics.rows[.traces]?.written == expected }
            try await eventually { running.collector.pipeline.budget.usedBytes == 0 }
            try await eventually { try await running.export(Samples.spans(1...1)) == .ok }
            #expect(try await running.send(.get, "/ready").head.status == .ok)
        }
    }

    @Test("What does not fit into the log is refused before its body is read")
    func refusedByHead() async throws {
        try await withCollector(["COLLECTOR_LOG_BYTES": "\(1 << 20)"]) { running in
            let body = [UInt8](repeating: 0, count: 600_000)
            let answer = try await running.send(.post, "/v1/traces", protobuf, body)
            // Read, it would have been found malformed.
            #expect(answer.head.status == .serviceUnavailable)
            #expect(try await running.send(.post, "/v1/traces", protobuf, [1, 2, 3]).head.status == .badRequest)
        }
    }

    @Test("Pages of chosen origins may send, others get no permission")
    func crossOrigin() async throws {
        try await withCollector(["COLLECTOR_CORS_ALLOWED_ORIGINS": "http://localhost:*"]) { running in
            var fields: HTTPFields = [
                .origin: "http://localhost:3000", .accessControlRequestMethod: "POST",
                .accessControlRequestHeaders: "content-type",
            ]
            let allowed = try await running.send(.options, "/v1/traces", fields)
            #expect(allowed.head.status == .noContent)
            #expect(allowed.head.headerFields[.accessControlAllowOrigin] == "http://localhost:3000")
            #expect(allowed.head.headerFields[.accessControlAllowHeaders] == "content-type")
            #expect(allowed.head.headerFields[.accessControlAllowCredentials] == "true")
            var sent = protobuf
            sent[.origin] = "http://localhost:3000"
            let posted = try await running.send(.post, "/v1/traces", sent)
            #expect(posted.head.headerFields[.accessControlAllowOrigin] == "http://localhost:3000")
            #expect(posted.head.headerFields[.accessControlAllowCredentials] == "true")
            fields[.origin] = "http://evil.example"
            let other = try await running.send(.options, "/v1/traces", fields)
            #expect(other.head.headerFields[.accessControlAllowOrigin] == nil)
            #expect(other.head.headerFields[.accessControlAllowCredentials] == nil)
        }
    }

    @Test("Tells its health on both ports, and counts on one")
    func administration() async throws {
        try await withCollector(before: StubbornClickHouse([])) { running in
            try await running.take(Samples.spans(1...5))
            try await eventually { running.statistics.rows[.traces]?.written == 5 }
            for server in [running.collector.receiver, running.collector.administration] {
                let health = try await running.send(.get, "/health", to: server)
                #expect(health.head.status == .ok)
                #expect(String(decoding: health.body, as: UTF8.self).hasPrefix(#"{"status":"ok""#))
            }
            let answer = try await running.send(.get, "/metrics", to: running.collector.administration)
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(text.contains("otelcol_receiver_accepted_spans{receiver=\"otlp\",transport=\"http\"} 5\n"))
            #expect(text.contains("otelcol_exporter_sent_spans{exporter=\"clickhouse\"} 5\n"))
            #expect(text.contains("otelcol_exporter_insert_duration_seconds_count{table=\"otel_traces\"} 1\n"))
            #expect(text.contains("otel_received_spans_total 5\n"))
            #expect(text.contains("otel_storage_writes_total{table=\"otel_traces\"} 1\n"))
            #expect(text.contains("otelcol_log_bytes{signal=\"spans\"} "))
            #expect(text.contains("otelcol_log_lost_records{signal=\"spans\"} 0\n"))
        }
    }
}
