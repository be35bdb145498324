import PromQL
import TextCoding

/// Times and durations as Prometheus' API takes and gives them.
enum PrometheusTime {
    /// What old clients send for "no bound" (Go's extreme times).
    private static let earliest = "-292273086-05-16T16:47:06Z"
    private static let latest = "292277025-08-18T07:12:54.999999999Z"
    /// The furthest time in milliseconds, so that offsets cannot leave 64 bits.
    private static let furthest: Int64 = 9_000_000_000_000_000_000

    /// Milliseconds since the epoch of seconds or of RFC 3339.
    static func instant(_ text: String, of parameter: String) throws(QueryFailure) -> Int64 {
        switch text {
        case earliest: return -furthest
        case latest: return furthest
        default: break
        }
        if let seconds = number(text) {
            let milliseconds = (seconds * 1_000).rounded()
            if milliseconds.magnitude < 9e18 { return Int64(milliseconds) }
        } else if let milliseconds = RFC3339.milliseconds(text) {
            return milliseconds
        }
        throw .invalid(
            "invalid parameter \"\(parameter)\": cannot parse \(quoted(text)) to a valid timestamp"
        )
    }

    /// Milliseconds of seconds or of `1h30m`.
    static func duration(_ text: String, of parameter: String) throws(QueryFailure) -> Int64 {
        if let seconds = number(text) {
            let milliseconds = (seconds * 1_000).rounded()
            if milliseconds.magnitude < 9e15 { return Int64(milliseconds) }
        } else if case .number(let literal)? = try? Parser().parse(text), literal.isDuration,
            (literal.value * 1_000).magnitude < 9e15
        {
            return Int64((literal.value * 1_000).rounded())
        }
        throw .invalid("invalid parameter \"\(parameter)\": cannot parse \(quoted(text)) to a valid duration")
    }

    private static func number(_ text: String) -> Double? {
        guard let number = Double(text), number.isFinite, !text.lowercased().contains("x") else { return nil }
        return number
    }

    /// A text in quotation marks, shortened.
    static func quoted(_ text: String) -> String {
        "\"\(text.count > 64 ? String(text.prefix(64)) + "…" : text)\""
    }

    /// Appends seconds with up to three decimals, `1700000000.5`.
    static func append(_ milliseconds: Int64, to bytes: inout [UInt8]) {
        if milliseconds < 0 { bytes.append(UInt8(ascii: "-")) }
        let (seconds, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1_000)
        bytes.append(contentsOf: String(seconds).utf8)
        guard rest > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        var divisor: UInt64 = 100
        var left = rest
        while left > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(left / divisor))
            left %= divisor
            divisor /= 10
        }
    }
}
