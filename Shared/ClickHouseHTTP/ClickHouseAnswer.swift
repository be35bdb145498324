import CurlHTTP

/// What a statement gave.
public struct ClickHouseAnswer: Sendable {
    /// The result, in the statement's format.
    public let bytes: [UInt8]
    /// How many rows were read for it; 0 where the server does not say.
    public let rowsRead: Int
    /// How many bytes were read for it, before compression; 0 where the server does not say.
    public let bytesRead: Int

    init(_ response: CurlResponse) {
        bytes = response.body
        let summary = response.header("x-clickhouse-summary") ?? ""
        rowsRead = Self.number("read_rows", in: summary)
        bytesRead = Self.number("read_bytes", in: summary)
    }

    /// A number of the summary, which is JSON with all numbers written as texts.
    private static func number(_ name: String, in summary: String) -> Int {
        guard let range = summary.firstRange(of: "\"\(name)\":\"") else { return 0 }
        return Int(summary[range.upperBound...].prefix { $0.isNumber }) ?? 0
    }
}
