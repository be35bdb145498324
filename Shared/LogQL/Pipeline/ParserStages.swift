import LinearRegex

/// `| json`: each scalar of the document becomes a label; arrays do not.
final class JSONStage: LineStage {
    private static let maximumDepth = 64

    /// The names of labels by the keys of documents.
    private var names: [String: String] = [:]

    func apply(to line: inout WorkingLine) -> Bool {
        var text = line.text
        text.withUTF8 { bytes in
            var reader = JSONReader(bytes)
            do throws(JSONReader.Fault) {
                guard reader.peek() == UInt8(ascii: "{") else {
                    throw JSONReader.Fault(message: "Value looks like object, but can't find closing '}' symbol")
                }
                try read(&reader, prefix: "", depth: 0, &line.labels)
                try reader.finish()
            } catch {
                line.labels.fail("JSONParserErr", error.message)
            }
        }
        return true
    }

    private func read(
        _ reader: inout JSONReader,
        prefix: String,
        depth: Int,
        _ labels: inout LineLabels
    ) throws(JSONReader.Fault) {
        guard depth < Self.maximumDepth else { throw JSONReader.Fault(message: "the JSON nests too deeply") }
        try reader.members { (reader, key) throws(JSONReader.Fault) in
            let name = prefix.isEmpty ? name(of: key) : "\(prefix)_\(LabelNames.name(of: key, isPart: true))"
            switch reader.peek() {
            case UInt8(ascii: "{"): try read(&reader, prefix: name, depth: depth + 1, &labels)
            case UInt8(ascii: "["): try reader.skip()
            case UInt8(ascii: "\""):
                let value = try reader.string()
                if !name.isEmpty { labels.setParsed(name, value) }
            default:
                let word = try reader.word()
                if word != "null", !name.isEmpty { labels.setParsed(name, word) }
            }
        }
    }

    private func name(of key: String) -> String {
        if let known = names[key] { return known }
        let name = LabelNames.name(of: key)
        // Keys may be ids: not all are worth a place.
        if names.count < 256 { names[key] = name }
        return name
    }
}

/// `| json status="response.status"`: what stands at a path becomes a label, objects and arrays as they are written.
final class JSONExtractionStage: LineStage {
    private let extractions: [LabelExtraction]

    init(_ extractions: [LabelExtraction]) {
        self.extractions = extractions
    }

    func apply(to line: inout WorkingLine) -> Bool {
        var text = line.text
        text.withUTF8 { bytes in
            do throws(JSONReader.Fault) {
                var check = JSONReader(bytes)
                try check.skip()
                try check.finish()
                for extraction in extractions {
                    var reader = JSONReader(bytes)
                    let value = try Self.value(at: extraction.steps[...], &reader)
                    line.labels.setParsed(extraction.label, value ?? "")
                }
            } catch {
                line.labels.fail("JSONParserErr", error.message)
            }
        }
        return true
    }

    private static func value(
        at steps: ArraySlice<JSONStep>,
        _ reader: inout JSONReader
    ) throws(JSONReader.Fault) -> String? {
        guard let step = steps.first else {
            if reader.peek() == UInt8(ascii: "\"") { return try reader.string() }
            let raw = try reader.raw()
            return raw == "null" ? nil : raw
        }
        var value: String?
        switch (step, reader.peek()) {
        case (.member(let wanted), UInt8(ascii: "{")):
            try reader.members { (reader, name) throws(JSONReader.Fault) in
                if name == wanted, value == nil {
                    value = try self.value(at: steps.dropFirst(), &reader)
                } else {
                    try reader.skip()
                }
            }
        case (.element(let wanted), UInt8(ascii: "[")):
            try reader.elements { (reader, index) throws(JSONReader.Fault) in
                if index == wanted {
                    value = try self.value(at: steps.dropFirst(), &reader)
                } else {
                    try reader.skip()
                }
            }
        default: try reader.skip()
        }
        return value
    }
}

/// `| unpack`: the texts of a packed line become labels, and its `_entry` the line.
final class UnpackStage: LineStage {
    func apply(to line: inout WorkingLine) -> Bool {
        var text = line.text
        var entry: String?
        text.withUTF8 { bytes in
            var reader = JSONReader(bytes)
            do throws(JSONReader.Fault) {
                guard reader.peek() == UInt8(ascii: "{") else {
                    throw JSONReader.Fault(message: "expecting json object")
                }
                try reader.members { (reader, key) throws(JSONReader.Fault) in
                    guard reader.peek() == UInt8(ascii: "\"") else { return try reader.skip() }
                    let value = try reader.string()
                    if key == "_entry" {
                        entry = value
                    } else {
                        line.labels.setParsed(LabelNames.name(of: key), value)
                    }
                }
            } catch {
                line.labels.fail("JSONParserErr", error.message)
            }
        }
        if let entry { line.text = entry }
        return true
    }
}

/// `| logfmt`, or `| logfmt status="code"`.
final class LogfmtStage: LineStage {
    private let parsing: LogfmtParsing
    private var names: [String: String] = [:]

    init(_ parsing: LogfmtParsing) {
        self.parsing = parsing
    }

    func apply(to line: inout WorkingLine) -> Bool {
        var text = line.text
        text.withUTF8 { bytes in
            var reader = LogfmtReader(bytes, isStrict: parsing.isStrict)
            var wanted: [String: String] = [:]
            do throws(LogfmtReader.Fault) {
                while let (key, value) = try reader.next() {
                    if !parsing.extractions.isEmpty {
                        wanted[key] = value
                    } else if !value.isEmpty || parsing.keepsEmpty {
                        let name = name(of: key)
                        if !name.isEmpty { line.labels.setParsed(name, value) }
                    }
                }
            } catch {
                line.labels.fail("LogfmtParserErr", error.message)
            }
            for extraction in parsing.extractions {
                line.labels.setParsed(extraction.label, wanted[extraction.path] ?? "")
            }
        }
        return true
    }

    private func name(of key: String) -> String {
        if let known = names[key] { return known }
        let name = LabelNames.name(of: key)
        if names.count < 256 { names[key] = name }
        return name
    }
}

/// `` | regexp `(?P<status>\d+)` ``: the named groups of the first match.
final class RegexpStage: LineStage {
    private let labels: [String?]
    private var matcher: RegexMatcher

    init(_ parsing: RegexpParsing) {
        (labels, matcher) = (parsing.labels, parsing.regex.regex.matcher())
    }

    func apply(to line: inout WorkingLine) -> Bool {
        // Whether it matches at all costs much less.
        guard matcher.matchesPart(of: line.text), let captures = matcher.captures(in: line.text) else { return true }
        for (label, value) in zip(labels, captures.dropFirst()) {
            if let label { line.labels.setParsed(label, value.map(String.init) ?? "") }
        }
        return true
    }
}

/// `| pattern "<ip> - <_>"`.
final class PatternStage: LineStage {
    private let pattern: LinePattern

    init(_ pattern: LinePattern) {
        self.pattern = pattern
    }

    func apply(to line: inout WorkingLine) -> Bool {
        var text = line.text
        text.withUTF8 { bytes in
            for (name, range) in pattern.captures(in: bytes) {
                line.labels.setParsed(name, String(decoding: bytes[range], as: UTF8.self))
            }
        }
        return true
    }
}
