import ClickHouseHTTP
import LogQL
import PromQL

/// Reads records of `otel_logs` as lines with labels.
struct LogRowReader {
    /// What a resource and a service say, read once for all of their records.
    private struct Origin {
        let stream: Labels
        let metadata: [Label]
        let isWanted: Bool
    }

    /// More resources than these are read again each time.
    private static let mostOrigins = 10_000

    private let needsResource: Bool
    private let needsAttributes: Bool
    private var testers: [(name: String, tester: LabelTester)]
    private var origins: [Bytes: Origin] = [:]
    private var names: [String: String] = [:]

    /// - Parameters:
    ///   - matchers: The conditions on streams.
    ///   - labels: The labels that are looked at; `nil` for all.
    init(_ matchers: [LabelMatcher], labels: Set<String>?) {
        testers = matchers.map { ($0.name, $0.tester()) }
        // Which attributes become which label is not known beforehand.
        needsAttributes = labels.map { !$0.allSatisfy(LogLabelSQL.isKnown) } ?? true
        let looksAtStreams =
            matchers.contains { $0.name != LogLabelNames.service }
            || labels?.contains { LogLabelNames.attributes[$0] != nil } ?? true
        needsResource = needsAttributes || looksAtStreams
    }

    /// What a statement selects of each record.
    var columns: SQL {
        let none: SQL = "CAST(map(), 'Map(LowCardinality(String), String)'),"
        return "SELECT toUnixTimestamp64Nano(Timestamp), Body, ServiceName,"
            + (needsResource ? "ResourceAttributes," : none)
                + """
                TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ScopeName, ScopeVersion, EventName,
                """ + LogLevelSQL.expression + ","
            + (needsAttributes
                ? "LogAttributes, ScopeAttributes FROM otel_logs"
                : none + "CAST(map(), 'Map(LowCardinality(String), String)') FROM otel_logs")
    }

    /// Reads the next record; an entry of `nil` is one of a stream that the conditions do not hold for.
    mutating func next(_ row: inout RowBinaryReader) throws -> (time: Int64, entry: LogEntry?) {
        let time = try row.number(Int64.self)
        let line = try row.text()
        let bytes = try row.bytes { row in
            try row.skipText()
            try row.skipMap()
        }
        let origin = try origin(Bytes(bytes))
        var metadata: [Label] = []
        func add(_ name: String, _ value: String) {
            guard !value.isEmpty, !metadata.contains(where: { $0.name == name }) else { return }
            metadata.append(Label(name: name, value: value))
        }
        func add(_ column: LogLabelNames.Column, _ value: String) { add(column.rawValue, value) }
        add(.traceID, try row.text())
        add(.spanID, try row.text())
        let flags = try row.number(UInt8.self)
        if flags > 0 { add(.flags, "\(flags)") }
        add(.severityText, try row.text())
        let severity = try row.number(UInt8.self)
        if severity > 0 { add(.severityNumber, "\(severity)") }
        add(.scopeName, try row.text())
        add(.scopeVersion, try row.text())
        add(.eventName, try row.text())
        add(.level, try row.text())
        for _ in 0..<2 {
            for _ in 0..<(try row.count()) {
                let key = try row.text()
                add(label(of: key), try row.text())
            }
        }
        for label in origin.metadata { add(label.name, label.value) }
        guard origin.isWanted else { return (time, nil) }
        return (time, LogEntry(timestamp: time, line: line, stream: origin.stream, metadata: metadata))
    }

    private mutating func origin(_ bytes: Bytes) throws -> Origin {
        if let known = origins[bytes] { return known }
        var reader = RowBinaryReader(bytes.slice)
        let stream = LogStreamLabels.labels(service: try reader.text(), try reader.map())
        var isWanted = true
        for index in testers.indices where !testers[index].tester.matches(stream.labels[testers[index].name]) {
            isWanted = false
        }
        let metadata = stream.rest.map { Label(name: label(of: $0.key), value: $0.value) }
        let origin = Origin(stream: stream.labels, metadata: metadata, isWanted: isWanted)
        if origins.count >= Self.mostOrigins { origins.removeAll() }
        origins[bytes.copy] = origin
        return origin
    }

    private mutating func label(of key: String) -> String {
        if let known = names[key] { return known }
        let name = LogLabelNames.metadata(key)
        if names.count < 4_096 { names[key] = name }
        return name
    }

    /// Bytes as they are stored, for looking up.
    private struct Bytes: Hashable {
        let slice: ArraySlice<UInt8>

        init(_ slice: ArraySlice<UInt8>) {
            self.slice = slice
        }

        /// The same without what is around it.
        var copy: Bytes { Bytes(Array(slice)[...]) }

        func hash(into hasher: inout Hasher) {
            slice.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }
}
