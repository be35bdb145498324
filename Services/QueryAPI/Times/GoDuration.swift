/// Durations as Go writes them: `1.5s`, `100ms`, `1h2m`.
enum GoDuration {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12),
    ]

    /// Nanoseconds, at least 0; `nil` for a text that is no such duration.
    static func nanoseconds(_ text: String) -> Int64? {
        if text == "0" { return 0 }
        var rest = text[...]
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard !digits.isEmpty, let number = Double(digits) else { return nil }
            rest = rest[digits.endIndex...]
            let name = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            guard let unit = units.first(where: { $0.name == name }) else { return nil }
            rest = rest[name.endIndex...]
            total += number * unit.nanoseconds
        }
        return total < 9e18 ? Int64(total.rounded()) : nil
    }
}
