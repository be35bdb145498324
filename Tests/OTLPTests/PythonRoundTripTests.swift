import ChildProcess
import Foundation
import OTLP
import Testing

@Suite(
    "Against opentelemetry-proto, an independent decoder",
    .enabled(if: TestPython.isGiven, "set FAULTLINE_PYTHON, or run ./demo test")
)
struct PythonRoundTripTests {
    /// A message of `Samples` that `samples.py` has under the same name.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let encode: @Sendable (Encoding) -> [UInt8]
        let decodesToSample: @Sendable ([UInt8], Encoding) throws -> Bool

        init<Message: OTLPBody & Equatable>(_ name: String, _ sample: Message) {
            testDescription = name
            encode = { $0 == .json ? sample.encodeJSON() : sample.encodeProtobuf() }
            decodesToSample = { bytes, encoding in
                try (encoding == .json ? Message(json: bytes) : Message(protobuf: bytes)) == sample
            }
        }
    }

    enum Encoding: String, CaseIterable, Sendable {
        case protobuf
        case json
    }

    static let cases = [
        Case("traces", Samples.traces),
        Case("metrics", Samples.metrics),
        Case("logs", Samples.logs),
        Case(
            "traces_response",
            ExportTraceServiceResponse(
                partialSuccess: ExportTracePartialSuccess(rejectedSpans: 1 << 40, errorMessage: "too many")
            )
        ),
        Case(
            "metrics_response",
            ExportMetricsServiceResponse(
                partialSuccess: ExportMetricsPartialSuccess(rejectedDataPoints: 1 << 40, errorMessage: "too many")
            )
        ),
        Case(
            "logs_response",
            ExportLogsServiceResponse(
                partialSuccess: ExportLogsPartialSuccess(rejectedLogRecords: 1 << 40, errorMessage: "too many")
            )
        ),
        Case("traces_success", ExportTraceServiceResponse()),
        Case("traces_warning", ExportTraceServiceResponse(partialSuccess: ExportTracePartialSuccess())),
        Case("status", RPCStatus(code: -3, message: "too many")),
    ]

    @Test("The messages use every field that the protocol has")
    func coverage() async throws {
        try await PythonPeer.run("peer.py", ["coverage"])
    }

    @Test("It reads what we write, field by field", arguments: cases, Encoding.allCases)
    func ours(message: Case, encoding: Encoding) async throws {
        try await PythonPeer.withFolder { folder in
            let file = folder.appending(path: "message")
            try Data(message.encode(encoding)).write(to: file)
            try await PythonPeer.run("peer.py", ["check", message.testDescription, encoding.rawValue, file.path])
        }
    }

    @Test("We read what it writes, field by field", arguments: cases, Encoding.allCases)
    func theirs(message: Case, encoding: Encoding) async throws {
        let bytes = try await PythonPeer.bytes(from: "peer.py", ["make", message.testDescription, encoding.rawValue])
        #expect(try message.decodesToSample(bytes, encoding))
    }

    @Test("JSON that spells out every default reads the same", arguments: cases)
    func defaults(message: Case) async throws {
        let bytes = try await PythonPeer.bytes(
            from: "peer.py",
            ["make", message.testDescription, "json"],
            flags: ["--defaults"]
        )
        #expect(try message.decodesToSample(bytes, .json))
    }
}
