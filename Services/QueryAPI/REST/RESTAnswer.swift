import PromQL
import TextCoding

/// JSON as this API writes it.
enum RESTAnswer {
    /// Appends a member whose value is a text.
    static func append(_ name: StaticString, _ text: String, _ ending: StaticString = ",", to bytes: inout [UInt8]) {
        append(name, to: &bytes)
        JSONText.append(text, to: &bytes)
        bytes.append(contentsOf: "\(ending)".utf8)
    }

    /// Appends a member whose value is a number; `null` for one that JSON does not have.
    static func append(_ name: StaticString, _ number: Double, _ ending: StaticString = ",", to bytes: inout [UInt8]) {
        append(name, to: &bytes)
        bytes.append(contentsOf: (number.isFinite ? NumberFormat.sample(number) : "null").utf8)
        bytes.append(contentsOf: "\(ending)".utf8)
    }

    /// Appends a member whose value is a whole number.
    static func append(_ name: StaticString, _ number: UInt64, _ ending: StaticString = ",", to bytes: inout [UInt8]) {
        append(name, to: &bytes)
        bytes.append(contentsOf: "\(number)\(ending)".utf8)
    }

    /// Appends a member whose value is an object of texts.
    static func append(
        _ name: StaticString,
        _ map: [String: String],
        _ ending: StaticString = ",",
        to bytes: inout [UInt8]
    ) {
        append(name, to: &bytes)
        bytes.append(UInt8(ascii: "{"))
        for (index, (key, value)) in map.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.append(key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            JSONText.append(value, to: &bytes)
        }
        bytes.append(contentsOf: "}\(ending)".utf8)
    }

    private static func append(_ name: StaticString, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "\"\(name)\":".utf8)
    }
}
