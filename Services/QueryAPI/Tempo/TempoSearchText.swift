import TextCoding
import TraceQL

/// What a search answers of a trace, in Tempo's JSON.
///
/// Grafana reads it strictly: no member but Tempo's own, times as texts, and a duration that fits into 32 bits.
enum TempoSearchText {
    /// Appends a trace.
    ///
    /// - Parameter most: How many of its spans there may be.
    static func append(
        _ summary: TraceSummary,
        _ spans: [MatchedSpan],
        _ fields: [Field],
        most: Int,
        to bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: #"{"traceID":"#.utf8)
        JSONText.append(
            String(repeating: "0", count: max(0, 32 - summary.traceID.utf8.count)) + summary.traceID,
            to: &bytes
        )
        bytes.append(contentsOf: #","rootServiceName":"#.utf8)
        JSONText.append(summary.rootService, to: &bytes)
        bytes.append(contentsOf: #","rootTraceName":"#.utf8)
        JSONText.append(summary.rootName, to: &bytes)
        let milliseconds = UInt32(clamping: (summary.end - summary.start) / 1_000_000)
        bytes.append(
            contentsOf: ",\"startTimeUnixNano\":\"\(summary.start)\",\"durationMs\":\(milliseconds),\"spanSets\":[".utf8
        )
        bytes.append(contentsOf: #"{"spans":["#.utf8)
        for (index, span) in spans.prefix(most).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(span, fields, to: &bytes)
        }
        bytes.append(contentsOf: "],\"matched\":\(spans.count)}]}".utf8)
    }

    private static func append(_ span: MatchedSpan, _ fields: [Field], to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"spanID":"#.utf8)
        JSONText.append(span.spanID, to: &bytes)
        bytes.append(contentsOf: #","name":"#.utf8)
        JSONText.append(span.name, to: &bytes)
        bytes.append(
            contentsOf:
                ",\"startTimeUnixNano\":\"\(span.start)\",\"durationNanos\":\"\(span.duration)\",\"attributes\":["
                .utf8
        )
        var isFirst = true
        for (field, value) in zip(fields, span.values) where !value.isEmpty {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            let key =
                switch field {
                case .attribute(_, let key): key
                case .intrinsic(let intrinsic): intrinsic.rawValue
                }
            bytes.append(contentsOf: #"{"key":"#.utf8)
            JSONText.append(key, to: &bytes)
            if let number = AttributeTypes.integer(value, of: key) {
                bytes.append(contentsOf: ",\"value\":{\"intValue\":\"\(number)\"}}".utf8)
            } else {
                bytes.append(contentsOf: #","value":{"stringValue":"#.utf8)
                JSONText.append(value, to: &bytes)
                bytes.append(contentsOf: "}}".utf8)
            }
        }
        bytes.append(contentsOf: "]}".utf8)
    }
}
