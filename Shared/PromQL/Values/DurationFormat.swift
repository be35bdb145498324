/// Durations as PromQL writes them: `1h30m`, `250ms`.
enum DurationFormat {
    /// Milliseconds of each unit, greatest first.
    static let units: [(name: String, milliseconds: Int64)] = [
        ("y", 365 * 86_400_000), ("w", 7 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000),
        ("s", 1000), ("ms", 1),
    ]

    static func format(_ milliseconds: Int64) -> String {
        if milliseconds == 0 { return "0s" }
        var rest = milliseconds.magnitude
        var result = milliseconds < 0 ? "-" : ""
        for (name, unit) in units {
            let unit = UInt64(unit)
            // Years and weeks only where they fit exactly: 8d is not 1w1d.
            if (name == "y" || name == "w"), rest % unit != 0 { continue }
            if rest >= unit {
                result += "\(rest / unit)\(name)"
                rest %= unit
            }
        }
        return result
    }

    /// Why a text is no duration.
    struct Fault: Error {
        let message: String
    }

    /// Reads units in descending order, each once.
    static func parse(_ text: String) throws(Fault) -> Int64 {
        var rest = text.utf8[...]
        var total: Int64 = 0
        var next = 0
        while !rest.isEmpty {
            let digits = rest.prefix { MetricNames.isDigit($0) }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { !MetricNames.isDigit($0) }
            rest = rest.dropFirst(letters.count)
            guard !digits.isEmpty, !letters.isEmpty else { throw invalid(text) }
            guard let unit = units.firstIndex(where: { $0.name.utf8.elementsEqual(letters) }) else {
                let name = Quoting.quote(String(Substring(letters)))
                throw Fault(message: "unknown unit \(name) in duration \(Quoting.quote(text))")
            }
            guard unit >= next else { throw invalid(text) }
            guard let count = Int64(String(Substring(digits))) else { throw outOfRange }
            let (product, overflow) = count.multipliedReportingOverflow(by: units[unit].milliseconds)
            let (sum, overflowed) = total.addingReportingOverflow(product)
            guard !overflow, !overflowed, sum <= longest else { throw outOfRange }
            total = sum
            next = unit + 1
        }
        return total
    }

    /// Nanoseconds must fit 64 bits, in Prometheus and so here: 292 years.
    private static let longest = Int64.max / 1_000_000

    static let outOfRange = Fault(message: "duration out of range")

    private static func invalid(_ text: String) -> Fault {
        Fault(message: "not a valid duration string: \(Quoting.quote(text))")
    }

    /// Seconds as milliseconds.
    static func milliseconds(_ seconds: Double) throws(Fault) -> Int64 {
        guard seconds.magnitude <= Double(longest) / 1000 else { throw outOfRange }
        return Int64((seconds * 1000).rounded())
    }
}
