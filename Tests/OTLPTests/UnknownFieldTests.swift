import OTLP
import Testing

@Suite("Protobuf fields that are not known")
struct UnknownFieldTests {
    /// A request for one log record with these bytes among its fields, and a severity text behind them.
    private func request(_ fields: [UInt8]) -> [UInt8] {
        func message(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag, UInt8(content.count)] + content }
        let severityText: [UInt8] = [0x1A, 0x02, 0x6F, 0x6B]
        return message(0x0A, message(0x12, message(0x12, fields + severityText)))
    }

    private func record(_ fields: [UInt8]) throws -> LogRecord {
        try ExportLogsServiceRequest(protobuf: request(fields)).resourceLogs[0].scopeLogs[0].logRecords[0]
    }

    @Test(
        "are skipped, whatever their wire type",
        arguments: [
            // Number 100 as varint, 64 bits, bytes, 32 bits.
            [0xA0, 0x06, 0x96, 0x01], [0xA1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8], [0xA2, 0x06, 0x03, 1, 2, 3],
            [0xA5, 0x06, 1, 2, 3, 4],
            // A group, one with a field of each type in it, and one within another.
            [0xA3, 0x06, 0xA4, 0x06],
            [0xA3, 0x06, 0x08, 0x01, 0x12, 0x01, 0xFF, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x25, 1, 2, 3, 4, 0xA4, 0x06],
            [0xA3, 0x06, 0x0B, 0x13, 0x14, 0x0C, 0xA4, 0x06],
        ] as [[UInt8]]
    )
    func skipped(fields: [UInt8]) throws {
        #expect(try record(fields) == LogRecord(severityText: "ok"))
    }

    @Test(
        "are those of a known number and another type, too",
        arguments: [
            // The time as varint, the severity as bytes, the severity text as a group, the body as 32 bits.
            [0x08, 0x01], [0x12, 0x01, 0x05], [0x1B, 0x08, 0x01, 0x1C], [0x2D, 1, 2, 3, 4],
            // An attribute as varint, the flags (fixed32) as 64 bits, the trace id as varint.
            [0x30, 0x01], [0x41, 1, 2, 3, 4, 5, 6, 7, 8], [0x48, 0x01],
        ] as [[UInt8]]
    )
    func mistyped(fields: [UInt8]) throws {
        #expect(try record(fields) == LogRecord(severityText: "ok"))
    }

    @Test(
        "are refused where they have no end",
        arguments: [
            ([0xA3, 0x06], "group"), ([0xA4, 0x06], "group"), ([0xA3, 0x06, 0x0C, 0xA4, 0x06], "group"),
            ([0xA6, 0x06], "not in use"), ([0xA7, 0x06], "not in use"), ([0xA3, 0x06, 0x0E, 0xA4, 0x06], "not in use"),
        ] as [([UInt8], String)]
    )
    func endless(fields: [UInt8], mention: String) throws {
        let error = try #require(throws: OTLPDecodingError.self) { try record(fields) }
        #expect(error.description.contains(mention))
    }

    @Test("nest only so deep when they are groups, whatever the size of the message")
    func deepGroups() throws {
        let deep = [UInt8](repeating: 0x0B, count: 100_000) + [UInt8](repeating: 0x0C, count: 100_000)
        let error = try #require(throws: OTLPDecodingError.self) { try ExportLogsServiceRequest(protobuf: deep) }
        #expect(error.description.contains("too deeply"))
        let shallow = [UInt8](repeating: 0x0B, count: 50) + [UInt8](repeating: 0x0C, count: 50)
        #expect(try ExportLogsServiceRequest(protobuf: shallow) == ExportLogsServiceRequest())
    }
}

@Suite("The details of a gRPC failure")
struct RPCErrorDetailsTests {
    @Test("come back as they were", arguments: [nil, .zero, .seconds(3), .milliseconds(1_500)] as [Duration?])
    func roundTrip(delay: Duration?) throws {
        let details = RPCErrorDetails(code: 8, message: "full", retryDelay: delay)
        #expect(try RPCErrorDetails(protobuf: details.encodeProtobuf()) == details)
    }

    @Test("are read as Google's libraries write them, among details of other types")
    func foreign() throws {
        // protobuf: code 14, a detail of another type, RetryInfo with retry_delay {seconds: 2, nanos: 5}.
        let type = Array("type.googleapis.com/google.rpc.RetryInfo".utf8)
        let other = Array("type.googleapis.com/google.rpc.DebugInfo".utf8)
        func detail(_ type: [UInt8], _ value: [UInt8]) -> [UInt8] {
            let content = [0x0A, UInt8(type.count)] + type + [0x12, UInt8(value.count)] + value
            return [0x1A, UInt8(content.count)] + content
        }
        let retryInfo: [UInt8] = [0x0A, 0x04, 0x08, 0x02, 0x10, 0x05]
        let bytes = [0x08, 0x0E] + detail(other, [0x12, 0x01, 0x78]) + detail(type, retryInfo) + detail(other, [])
        let details = try RPCErrorDetails(protobuf: bytes)
        #expect(details == RPCErrorDetails(code: 14, retryDelay: .seconds(2) + .nanoseconds(5)))
    }
}
