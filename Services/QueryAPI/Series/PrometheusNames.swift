/// Names of metrics and labels as Prometheus' OTLP endpoint makes them (`UnderscoreEscapingWithSuffixes`).
enum PrometheusNames {
    private static let units = [
        "d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds", "us": "microseconds",
        "ns": "nanoseconds", "By": "bytes", "KiBy": "kibibytes", "MiBy": "mebibytes", "GiBy": "gibibytes",
        "TiBy": "tebibytes", "KBy": "kilobytes", "MBy": "megabytes", "GBy": "gigabytes", "TBy": "terabytes",
        "m": "meters", "V": "volts", "A": "amperes", "J": "joules", "W": "watts", "g": "grams", "Cel": "celsius",
        "Hz": "hertz", "%": "percent", "1": "",
    ]
    private static let perUnits = [
        "s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year",
    ]

    /// The name of a metric.
    static func metric(_ name: String, unit: String, kind: MetricStream.Kind) -> String {
        var words = words(of: name) { isAlphanumeric($0) || $0 == UInt8(ascii: ":") }
        let sides = unit.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
        let main = word(for: sides.first ?? "", in: units)
        if !main.isEmpty, !words.contains(main) { words.append(main) }
        if sides.count > 1 {
            let per = word(for: sides[1], in: perUnits)
            if !per.isEmpty, !words.contains(per) { words += ["per", per] }
        }
        if kind == .counter { words = words.filter { $0 != "total" } + ["total"] }
        if kind == .gauge, unit == "1" { words = words.filter { $0 != "ratio" } + ["ratio"] }
        let joined = words.joined(separator: "_")
        return joined.utf8.first.map(isDigit) == true ? "_" + joined : joined
    }

    /// The unit as metadata has it: the words that a name would end with.
    static func unit(_ unit: String) -> String {
        let sides = unit.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
        let main = word(for: sides.first ?? "", in: units)
        guard sides.count > 1 else { return main }
        let per = word(for: sides[1], in: perUnits)
        return per.isEmpty ? main : main.isEmpty ? "per_\(per)" : "\(main)_per_\(per)"
    }

    /// The name of a label.
    static func label(_ key: String) -> String {
        var name = ""
        var lastIsUnderscore = false
        for octet in key.utf8 {
            if isAlphanumeric(octet) {
                name.unicodeScalars.append(Unicode.Scalar(octet))
                lastIsUnderscore = false
            } else if !lastIsUnderscore, octet & 0xC0 != 0x80 {
                name += "_"
                lastIsUnderscore = true
            }
        }
        return name.utf8.first.map(isDigit) == true ? "key_" + name : name
    }

    /// Labels of attributes. Those whose names become the same are joined with `;`, in the order of their keys.
    static func labels(_ attributes: [String: String]) -> [String: String] {
        var labels: [String: String] = [:]
        for (key, value) in attributes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            let name = label(key)
            if let before = labels[name] { labels[name] = "\(before);\(value)" } else { labels[name] = value }
        }
        return labels
    }

    /// What an escaped label name of a URL (`U__http_2e_route`) stands for; other names as they are.
    static func unescaped(_ name: String) -> String {
        guard name.hasPrefix("U__") else { return name }
        var result = ""
        var rest = name.dropFirst(3)
        while let first = rest.first {
            rest = rest.dropFirst()
            guard first == "_" else {
                result.append(first)
                continue
            }
            if rest.first == "_" {
                result.append("_")
                rest = rest.dropFirst()
                continue
            }
            guard let end = rest.firstIndex(of: "_"), let code = UInt32(rest[..<end], radix: 16),
                let scalar = Unicode.Scalar(code)
            else { return name }
            result.unicodeScalars.append(scalar)
            rest = rest[rest.index(after: end)...]
        }
        return result
    }

    private static func word(for unit: Substring, in table: [String: String]) -> String {
        guard !unit.contains("{"), !unit.contains("}") else { return "" }
        return words(of: table[String(unit)] ?? String(unit), isAlphanumeric).joined(separator: "_")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " }
        return start.lastIndex { $0 != " " }.map { start[...$0] } ?? ""
    }

    private static func words(of text: String, _ isKept: (UInt8) -> Bool) -> [String] {
        text.utf8.split { !isKept($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func isAlphanumeric(_ octet: UInt8) -> Bool {
        isDigit(octet) || octet | 0x20 >= UInt8(ascii: "a") && octet | 0x20 <= UInt8(ascii: "z")
    }

    private static func isDigit(_ octet: UInt8) -> Bool {
        octet >= UInt8(ascii: "0") && octet <= UInt8(ascii: "9")
    }
}
