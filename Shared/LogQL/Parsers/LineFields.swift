/// What can be made of a line without being told how.
public struct LineFields: Sendable {
    /// A part of a line that `| json` or `| logfmt` would make a label of.
    public struct Field: Hashable, Sendable {
        /// The label's name.
        public let name: String
        /// Its value.
        public let value: String
        /// The keys that lead to it in JSON; empty in logfmt.
        public let path: [String]
    }

    /// The stage that suits the line, `json` or `logfmt`; `nil` where none does.
    public let parser: String?
    /// The parts.
    public let fields: [Field]

    /// Reads a line.
    public init(of line: String) {
        var line = line
        (parser, fields) = line.withUTF8 { bytes -> (String?, [Field]) in
            var fields: [Field] = []
            var reader = JSONReader(bytes)
            if reader.peek() == UInt8(ascii: "{") {
                let isJSON = (try? Self.read(&reader, [], [], &fields)) != nil && (try? reader.finish()) != nil
                return isJSON ? ("json", fields) : (nil, [])
            }
            var pairs = LogfmtReader(bytes, isStrict: false)
            while let (key, value) = try? pairs.next() {
                let name = LabelNames.name(of: key)
                if !value.isEmpty, !name.isEmpty { fields.append(Field(name: name, value: value, path: [])) }
            }
            return fields.isEmpty ? (nil, []) : ("logfmt", fields)
        }
    }

    private static func read(
        _ reader: inout JSONReader,
        _ path: [String],
        _ names: [String],
        _ fields: inout [Field]
    ) throws(JSONReader.Fault) {
        guard path.count < 32 else { return try reader.skip() }
        try reader.members { (reader, key) throws(JSONReader.Fault) in
            let (path, names) = (path + [key], names + [LabelNames.name(of: key, isPart: !names.isEmpty)])
            switch reader.peek() {
            case UInt8(ascii: "{"): try read(&reader, path, names, &fields)
            case UInt8(ascii: "["): try reader.skip()
            case UInt8(ascii: "\""):
                fields.append(Field(name: names.joined(separator: "_"), value: try reader.string(), path: path))
            default:
                let word = try reader.word()
                if word != "null" { fields.append(Field(name: names.joined(separator: "_"), value: word, path: path)) }
            }
        }
    }
}
