import LogQL
import PromQL
import TextCoding

/// Lines as Loki's API has them: by stream.
struct LokiStreams: Sendable {
    private struct Stream: Sendable {
        let labels: [LineLabel]
        var lines: [LogLine]
    }

    private let isCategorized: Bool
    private let streams: [Stream]

    /// - Parameter isCategorized: Whether the labels of streams stand apart from what belongs to each line.
    init(_ lines: [LogLine], isCategorized: Bool) {
        self.isCategorized = isCategorized
        var indices: [[LineLabel]: Int] = [:]
        var streams: [Stream] = []
        for line in lines {
            let labels = isCategorized ? line.labels.filter { $0.origin == .stream } : line.labels
            if let index = indices[labels] {
                streams[index].lines.append(line)
            } else {
                indices[labels] = streams.count
                streams.append(Stream(labels: labels, lines: [line]))
            }
        }
        self.streams = streams.sorted { Self.precedes($0.labels, $1.labels) }
    }

    private static func precedes(_ one: [LineLabel], _ other: [LineLabel]) -> Bool {
        for (left, right) in zip(one, other) {
            if left.name != right.name { return left.name.utf8.lexicographicallyPrecedes(right.name.utf8) }
            if left.value != right.value { return left.value.utf8.lexicographicallyPrecedes(right.value.utf8) }
        }
        return one.count < other.count
    }

    /// Writes them stream by stream.
    func write(_ statistics: LokiStatistics, to stream: AnswerStream) async throws {
        stream.bytes.append(contentsOf: #"{"resultType":"streams","#.utf8)
        if isCategorized { stream.bytes.append(contentsOf: #""encodingFlags":["categorize-labels"],"#.utf8) }
        stream.bytes.append(contentsOf: #""result":["#.utf8)
        for (index, each) in streams.enumerated() {
            stream.bytes.append(contentsOf: (index > 0 ? #",{"stream":"# : #"{"stream":"#).utf8)
            Self.append(each.labels[...], to: &stream.bytes)
            stream.bytes.append(contentsOf: #","values":["#.utf8)
            for (number, line) in each.lines.enumerated() {
                if number > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                append(line, to: &stream.bytes)
                try await stream.sendIfLarge()
            }
            stream.bytes.append(contentsOf: "]}".utf8)
        }
        stream.bytes.append(contentsOf: "],\"stats\":\(statistics.text)}".utf8)
    }

    private func append(_ line: LogLine, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "[\"\(line.timestamp)\",".utf8)
        JSONText.append(line.line, to: &bytes)
        if isCategorized {
            bytes.append(contentsOf: ",{".utf8)
            var isFirst = true
            for (name, origin) in [("structuredMetadata", LineLabel.Origin.metadata), ("parsed", .parsed)] {
                let labels = line.labels.filter { $0.origin == origin }
                guard !labels.isEmpty else { continue }
                bytes.append(contentsOf: (isFirst ? "\"\(name)\":" : ",\"\(name)\":").utf8)
                Self.append(labels[...], to: &bytes)
                isFirst = false
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private static func append(_ labels: ArraySlice<LineLabel>, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, label) in labels.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.append(label.name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            JSONText.append(label.value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
