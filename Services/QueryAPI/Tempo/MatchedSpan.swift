/// A span of a trace that may be an answer.
struct MatchedSpan: Sendable {
    let traceID: String
    let spanID: String
    let parentID: String
    let name: String
    /// Nanoseconds since the epoch.
    let start: Int64
    /// Nanoseconds.
    let duration: UInt64
    /// Which filters of the query it satisfies.
    let matches: [Bool]
    /// Its fields that the query names, empty where it has none.
    let values: [String]

    /// Reads the next row of ``TempoSearch``'s statement.
    init(_ row: inout RowBinaryReader) throws {
        traceID = try row.text()
        spanID = try row.text()
        parentID = try row.text()
        name = try row.text()
        start = try row.number(Int64.self)
        duration = try row.number(UInt64.self)
        matches = try row.array { try $0.number(UInt8.self) != 0 }
        values = Array(try row.array { try $0.text() }.dropFirst())
    }

    /// A span of which nothing matters but where it stands.
    init(spanID: String, parentID: String, matches: [Bool]) {
        traceID = ""
        self.spanID = spanID
        self.parentID = parentID
        name = ""
        start = 0
        duration = 0
        self.matches = matches
        values = []
    }
}
