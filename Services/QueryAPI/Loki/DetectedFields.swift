import LogQL
import TextCoding

/// What some lines have that can be asked for: structured metadata, and the parts of their text.
struct DetectedFields: Sendable {
    private struct Field: Sendable {
        var kind: ValueKind
        var parsers: Set<String> = []
        var path: [String] = []
        var values: Set<String> = []
    }

    private var fields: [String: Field] = [:]

    /// Looks at lines.
    init(of lines: [LogLine]) {
        for line in lines {
            for label in line.labels where label.origin == .metadata { add(label.name, label.value) }
            let parsed = line.labels.filter { $0.origin == .parsed && !$0.name.hasPrefix("__") }
            let text = LineFields(of: line.line)
            let parser = text.parser
            // What the query's own stages have found; and what stages could find where it has none.
            for label in parsed { add(label.name, label.value, parser) }
            guard let parser, parsed.isEmpty else { continue }
            let taken = Set(line.labels.map(\.name))
            for field in text.fields {
                let name = taken.contains(field.name) ? field.name + "_extracted" : field.name
                add(name, field.value, parser, field.path)
            }
        }
    }

    private mutating func add(_ name: String, _ value: String, _ parser: String? = nil, _ path: [String] = []) {
        guard !value.isEmpty else { return }
        let kind = ValueKind(of: value)
        var field = fields[name] ?? Field(kind: kind)
        if field.kind != kind {
            field.kind = [.int, .float].contains(field.kind) && [.int, .float].contains(kind) ? .float : .string
        }
        if let parser { field.parsers.insert(parser) }
        if field.path.isEmpty { field.path = path }
        field.values.insert(value)
        fields[name] = field
    }

    /// The values of a field, sorted.
    func values(of name: String) -> [String] {
        fields[name]?.values.sorted() ?? []
    }

    /// Appends the list of fields, the most frequent kinds of values first.
    func append(limit: Int, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"fields":["#.utf8)
        let sorted = fields.sorted { $0.key < $1.key }.prefix(limit)
        for (index, (name, field)) in sorted.enumerated() {
            bytes.append(contentsOf: (index > 0 ? #",{"label":"# : #"{"label":"#).utf8)
            JSONText.append(name, to: &bytes)
            bytes.append(contentsOf: ",\"type\":\"\(field.kind.rawValue)\",\"cardinality\":\(field.values.count),".utf8)
            bytes.append(contentsOf: #""parsers":"#.utf8)
            if field.parsers.isEmpty {
                bytes.append(contentsOf: "null".utf8)
            } else {
                PrometheusInterface.append(field.parsers.sorted(), to: &bytes)
            }
            if !field.path.isEmpty {
                bytes.append(contentsOf: #","jsonPath":"#.utf8)
                PrometheusInterface.append(field.path, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(contentsOf: "],\"limit\":\(limit)}".utf8)
    }
}
