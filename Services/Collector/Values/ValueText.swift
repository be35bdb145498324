import OTLP
import TextCoding

/// Attribute values as texts, by the rules of the collector's `AsString`: tables have columns of strings only.
enum ValueText {
    /// The UTF-8 text of a value.
    static func bytes(of value: AnyValue) -> [UInt8] {
        switch value {
        case .empty: []
        case .string(let text): Array(text.utf8)
        case .bool(let bool): Array(bool ? "true".utf8 : "false".utf8)
        case .int(let number): Array(String(number).utf8)
        case .double(let number): Array(text(of: number).utf8)
        case .bytes(let bytes): Base64.encode(bytes)
        case .array, .keyValues: json(value)
        }
    }

    /// The text of a value.
    static func string(of value: AnyValue) -> String {
        if case .string(let text) = value { return text }
        return String(decoding: bytes(of: value), as: UTF8.self)
    }

    /// A list or an object as compact JSON with sorted keys; empty when a number in it is not finite.
    private static func json(_ value: AnyValue) -> [UInt8] {
        var writer = ValueJSON()
        writer.write(value)
        return writer.isValid ? writer.output : []
    }

    /// The shortest digits that read back as the same number, with an exponent only below 1e-6 and from 1e21 on.
    static func text(of number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity" }
        guard number != 0 else { return number.sign == .minus ? "-0" : "0" }
        let sign = number < 0 ? "-" : ""
        let (digits, exponent) = decimal(number.magnitude)
        guard (-6..<21).contains(exponent) else {
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(abs(exponent))"
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = exponent + 1
        if digits.count <= whole { return sign + digits + String(repeating: "0", count: whole - digits.count) }
        return sign + digits.prefix(whole) + "." + digits.dropFirst(whole)
    }

    /// The significant digits of a positive number, and the power of ten of the first one.
    private static func decimal(_ number: Double) -> (digits: String, exponent: Int) {
        let parts = number.description.split(separator: "e")
        let written = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        let all = mantissa[0] + fraction
        let leading = all.prefix { $0 == "0" }.count
        var digits = all.dropFirst(leading)
        while digits.last == "0" { digits.removeLast() }
        return (String(digits), mantissa[0].count - 1 - leading + written)
    }
}
