/// Numbers as Prometheus writes them: the shortest decimals that read back to the same number.
public enum NumberFormat {
    /// For results, `9.5`, `1e-09` or `4e+22`: with an exponent only below 1e-6 and from 1e21 on.
    public static func sample(_ value: Double) -> String {
        format(value) { exponent in exponent < -6 || exponent >= 21 }
    }

    /// For expressions and for labels such as `le`, without any exponent.
    public static func plain(_ value: Double) -> String {
        format(value) { _ in false }
    }

    /// As Go prints a number that is given no format, `9.5` or `1e+06`: with an exponent only below 1e-4 and from 1e6 on.
    public static func general(_ value: Double) -> String {
        format(value) { exponent in exponent < -4 || exponent >= 6 }
    }

    private static func format(_ value: Double, hasExponent: (Int) -> Bool) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        let sign = value.sign == .minus ? "-" : ""
        if value == 0 { return "\(sign)0" }
        let (digits, exponent) = decimal(value.magnitude)
        if hasExponent(exponent) {
            let fraction = digits.count > 1 ? ".\(digits.dropFirst())" : ""
            let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
            return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(power)"
        }
        if exponent < 0 { return "\(sign)0.\(String(repeating: "0", count: -exponent - 1))\(digits)" }
        let whole = exponent + 1
        if digits.count <= whole { return sign + digits + String(repeating: "0", count: whole - digits.count) }
        return "\(sign)\(digits.prefix(whole)).\(digits.dropFirst(whole))"
    }

    /// The digits without zeros at either end, and the power of ten of the first.
    private static func decimal(_ value: Double) -> (digits: String, exponent: Int) {
        let text = value.description
        let parts = text.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = mantissa[0]
        var digits = String(whole) + (mantissa.count > 1 ? String(mantissa[1]) : "")
        var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + whole.count - 1
        let zeros = digits.prefix { $0 == "0" }.count
        digits.removeFirst(zeros)
        exponent -= zeros
        while digits.last == "0" { digits.removeLast() }
        return (digits, exponent)
    }
}
