import CurlHTTP
import GRPC
import Gzip
import HTTPCore
import HTTPTypes
import OTLP
import Testing

@testable import Collector

@Suite("The gRPC receiver", .timeLimit(.minutes(3)))
struct GRPCReceiverTests {
    private static let traces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
    private static let metrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"
    private static let logs = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"

    private let client = CurlClient()

    /// How a call ended.
    private struct Outcome {
        let http: Int
        let code: GRPCCode?
        let message: String
        let details: RPCErrorDetails?
        let frame: GRPCFrame?
        let acceptedCodings: String?

        init(_ response: CurlResponse) throws {
            func field(_ name: String) -> String? {
                response.trailers.first { $0.name == name }?.value ?? response.header(name)
            }
            http = response.status
            code = field("grpc-status").flatMap { Int($0) }.flatMap { GRPCCode(rawValue: $0) }
            message = GRPCMessage.text(field("grpc-message") ?? "")
            details = field("grpc-status-details-bin").flatMap { RPCErrorDetails(header: $0) }
            acceptedCodings = response.header("grpc-accept-encoding")
            if code == .ok {
                var decoder = GRPCFrameDecoder(maximumBytes: 1 << 20)
                try decoder.append(response.body)
                frame = try decoder.finish()
            } else {
                frame = nil
                #expect(response.body.isEmpty)
            }
        }
    }

    private func call(
        _ running: RunningCollector,
        _ body: [UInt8],
        method: String = traces,
        fields: [(name: String, value: String)] = [],
        type: String = "application/grpc",
        to server: HTTPServer? = nil
    ) async throws -> Outcome {
        try Outcome(
            await client.execute(
                CurlRequest(
                    method: "POST",
                    url: "http://\((server ?? running.collector.grpcReceiver).localAddress)\(method)",
                    headers: [("Content-Type", type), ("TE", "trailers")] + fields,
                    body: body,
                    timeout: .seconds(60),
                    version: .http2
                )
            )
        )
    }

    private func frame(_ message: some OTLPBody) -> [UInt8] { GRPCFrame(message.encodeProtobuf()).bytes }

    @Test("takes all three signals, and counts them as its own")
    func signals() async throws {
        try await withCollector(before: StubbornClickHouse([])) { running in
            let spans = try await call(running, frame(Samples.spans(1...3)), method: Self.traces)
            #expect(spans.code == .ok && spans.frame == GRPCFrame([]))
            let records = try await call(running, frame(Samples.logs([Samples.record(1)])), method: Self.logs)
            #expect(records.code == .ok)
            #expect(try await call(running, GRPCFrame([]).bytes, method: Self.metrics).code == .ok)
            let received = running.statistics.received
            #expect(received[.init(signal: .spans, transport: .grpc)]?.accepted == 3)
            #expect(received[.init(signal: .spans, transport: .http)]?.accepted == 0)
            #expect(received[.init(signal: .logRecords, transport: .grpc)]?.accepted == 1)
            let metrics = try await running.send(.get, "/metrics", to: running.collector.administration)
            let text = String(decoding: metrics.body, as: UTF8.self)
            #expect(text.contains(#"otelcol_receiver_accepted_spans{receiver="otlp",transport="grpc"} 3"#))
            #expect(text.contains(#"otelcol_receiver_http2_excesses{reason="resets"} 0"#))
        }
    }

    @Test("reads compressed messages", arguments: ["gzip", "identity"])
    func compression(coding: String) async throws {
        try await withCollector(before: StubbornClickHouse([])) { running in
            let message = Samples.spans(1...3).encodeProtobuf()
            let isCompressed = coding == "gzip"
            let body = GRPCFrame(isCompressed ? Gzip.compress(message) : message, isCompressed: isCompressed).bytes
            let outcome = try await call(running, body, fields: [("grpc-encoding", coding)])
            #expect(outcome.code == .ok)
            #expect(running.statistics.items[.spans]?.accepted == 3)
        }
    }

    @Test("says which items it could not store, and stores the others")
    func partialSuccess() async throws {
        try await withCollector(before: StubbornClickHouse([])) { running in
            var nameless = Samples.span(2)
            nameless.traceID = TraceID(high: 0, low: 0)
            let outcome = try await call(running, frame(Samples.spans([Samples.span(1), nameless])))
            #expect(outcome.code == .ok)
            let answer = try ExportTraceServiceResponse(protobuf: outcome.frame?.message ?? [])
            #expect(answer.partialSuccess?.rejectedSpans == 1)
            #expect(answer.partialSuccess?.errorMessage.isEmpty == false)
        }
    }

    @Test("both ports take both protocols")
    func ports() async throws {
        try await withCollector(before: StubbornClickHouse([])) { running in
            let call = try await call(running, frame(Samples.spans(1...1)), to: running.collector.receiver)
            #expect(call.code == .ok)
            let fields: HTTPFields = [.contentType: "application/x-protobuf"]
            let body = Samples.spans(1...1).encodeProtobuf()
            let sent = try await running.send(.post, "/v1/traces", fields, body, to: running.collector.grpcReceiver)
            #expect(sent.head.status == .ok)
        }
    }

    /// A call that fails, and how.
    struct Failing: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var method = GRPCReceiverTests.traces
        var body = GRPCFrame([]).bytes
        var fields: [(name: String, value: String)] = []
        var type = "application/grpc"
        let code: GRPCCode
        /// A part of the message.
        let says: String
    }

    static let failing = [
        Failing(
            testDescription: "a method that nobody has",
            method: "/opentelemetry.proto.collector.profiles.v1.ProfilesService/Export",
            code: .unimplemented,
            says: "Not Found"
        ),
        Failing(
            testDescription: "a compression that nobody reads",
            fields: [("grpc-encoding", "snappy")],
            code: .unimplemented,
            says: "snappy"
        ),
        Failing(
            testDescription: "a compressed message without its compression",
            body: GRPCFrame([1], isCompressed: true).bytes,
            code: .internal,
            says: "grpc-encoding"
        ),
        Failing(testDescription: "no message", body: [], code: .invalidArgument, says: "before a whole message"),
        Failing(
            testDescription: "half a message",
            body: [0, 0, 0, 0, 9, 1],
            code: .invalidArgument,
            says: "before a whole message"
        ),
        Failing(
            testDescription: "two messages",
            body: GRPCFrame([]).bytes + GRPCFrame([]).bytes,
            code: .invalidArgument,
            says: "More than one"
        ),
        Failing(testDescription: "no frame", body: [7, 7, 7, 7, 7, 7], code: .invalidArgument, says: "flag"),
        Failing(
            testDescription: "a message that is no request",
            body: GRPCFrame([0xFF, 0xFF]).bytes,
            code: .invalidArgument,
            says: "cannot be decoded"
        ),
        Failing(
            testDescription: "a message that is not gzip",
            body: GRPCFrame([1, 2, 3], isCompressed: true).bytes,
            fields: [("grpc-encoding", "gzip")],
            code: .invalidArgument,
            says: "cannot be decoded"
        ),
        Failing(
            testDescription: "a message that is larger than allowed",
            body: [0, 0, 0x10, 0, 0],
            code: .resourceExhausted,
            says: "65536"
        ),
        Failing(
            testDescription: "a message that is larger than allowed once it is expanded",
            body: GRPCFrame(Gzip.compress([UInt8](repeating: 0, count: 100_000)), isCompressed: true).bytes,
            fields: [("grpc-encoding", "gzip")],
            code: .resourceExhausted,
            says: "65536"
        ),
        Failing(
            testDescription: "a timeout that is none",
            fields: [("grpc-timeout", "soon")],
            code: .invalidArgument,
            says: "grpc-timeout"
        ),
        Failing(
            testDescription: "a time that is over",
            fields: [("grpc-timeout", "1n")],
            code: .deadlineExceeded,
            says: "time was over"
        ),
        Failing(
            testDescription: "JSON",
            type: "application/grpc+json",
            code: .invalidArgument,
            says: "grpc+json"
        ),
    ]

    @Test("tells a client why a call fails, and gives it no reason to try again", arguments: failing)
    func failures(call failing: Failing) async throws {
        try await withCollector(before: StubbornClickHouse([]), ["COLLECTOR_MAX_REQUEST_BYTES": "65536"]) { running in
            let outcome = try await call(
                running,
                failing.body,
                method: failing.method,
                fields: failing.fields,
                type: failing.type
            )
            #expect(outcome.http == 200)
            #expect(outcome.code == failing.code)
            #expect(outcome.message.contains(failing.says))
            #expect(outcome.details == nil)
            #expect((outcome.acceptedCodings != nil) == (failing.fields.first?.value == "snappy"))
            #expect(running.statistics.items[.spans]?.accepted == 0)
        }
    }

    @Test("takes what is not gRPC for no call")
    func otherType() async throws {
        try await withCollector(before: StubbornClickHouse([])) { running in
            let outcome = try await running.send(.post, Self.traces, [.contentType: "application/json"])
            #expect(outcome.head.status == .unsupportedMediaType)
        }
    }

    @Test("is exhausted when the log is full, says when to try again, and takes more when there is room")
    func full() async throws {
        let clickHouse = StubbornClickHouse([], then: .refuse(500, code: 999))
        try await withCollector(
            before: clickHouse,
            ["COLLECTOR_LOG_BYTES": "\(1 << 20)", "COLLECTOR_QUEUE_BYTES": "\(1 << 20)"]
        ) { running in
            let body = frame(Samples.spans(1...100))
            var outcome = try await call(running, body)
            while outcome.code == .ok { outcome = try await call(running, body) }
            #expect(outcome.code == .resourceExhausted)
            #expect(outcome.details?.retryDelay == .seconds(1))
            #expect(outcome.details?.code == 8)
            let key = Statistics.RefusedRequest(signal: .spans, transport: .grpc, reason: "log_full")
            #expect(running.statistics.refusedRequests[key] == 1)
            clickHouse.become(.accept)
            try await eventually { try await call(running, body).code == .ok }
        }
    }
}
