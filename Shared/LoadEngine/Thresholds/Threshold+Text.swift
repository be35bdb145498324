extension Threshold {
    /// What may be written, for messages.
    package static func grammar(classes: [String]) -> String {
        "[CLASS:]METRIC then >, >=, < or <=, then a bound. METRIC: p50, p99, p99.9 and other percentiles, max, mean, "
            + "service_p99 and other percentiles (bounds such as 500ms, 2s, 300us), error_rate, server_error_rate, late_rate "
            + "(1%, 0.01), request_rate (100/s). CLASS: \(classes.joined(separator: ", "))"
    }

    /// Reads a threshold.
    ///
    /// - Parameter classes: The classes that it may name.
    /// - Throws: ``ThresholdError`` that names what is wrong and what is allowed.
    package init(_ text: String, classes: [String]) throws(ThresholdError) {
        func wrong(_ reason: String) -> ThresholdError {
            ThresholdError(description: "'\(text)': \(reason). Write \(Self.grammar(classes: classes)).")
        }
        let compact = text.filter { $0 != " " }
        guard let comparison = Comparison.allCases.first(where: { compact.contains($0.rawValue) }) else {
            throw wrong("there is no comparison")
        }
        let sides = compact.split(separator: comparison.rawValue, maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2, !sides[1].isEmpty else { throw wrong("there is no bound") }
        var name = sides[0]
        var visitClass: String?
        if let colon = name.firstIndex(of: ":") {
            guard let named = classes.first(where: { $0 == name[..<colon] }) else {
                throw wrong("'\(name[..<colon])' is no class")
            }
            visitClass = named
            name = name[name.index(after: colon)...]
        }
        guard let metric = Self.metric(name) else { throw wrong("'\(name)' is no metric") }
        if metric == .lateRate, visitClass != nil { throw wrong("late_rate is of all classes together") }
        guard let bound = Self.bound(sides[1], of: metric) else { throw wrong("'\(sides[1])' is no bound for \(name)") }
        self.visitClass = visitClass
        self.metric = metric
        self.comparison = comparison
        self.bound = bound
        description = text
    }

    private static func metric(_ name: Substring) -> Metric? {
        switch name {
        case "max": return .maximum
        case "mean": return .mean
        case "error_rate": return .errorRate
        case "server_error_rate": return .serverErrorRate
        case "request_rate": return .requestRate
        case "late_rate": return .lateRate
        default:
            let isService = name.hasPrefix("service_")
            let rest = isService ? name.dropFirst("service_".count) : name
            guard rest.first == "p", let percentile = number(rest.dropFirst()), percentile > 0, percentile <= 100 else {
                return nil
            }
            return isService ? .service(percentile: percentile) : .response(percentile: percentile)
        }
    }

    private static func bound(_ text: Substring, of metric: Metric) -> Double? {
        switch metric {
        case .response, .service, .maximum, .mean:
            // The longer unit first: "ms" ends with "s" too.
            for (unit, nanoseconds) in [("ms", 1e6), ("us", 1e3), ("µs", 1e3), ("s", 1e9)] where text.hasSuffix(unit) {
                return number(text.dropLast(unit.count)).map { $0 * nanoseconds }
            }
            return nil
        case .errorRate, .serverErrorRate, .lateRate:
            let share = text.hasSuffix("%") ? number(text.dropLast()).map { $0 / 100 } : number(text)
            return share.flatMap { $0 <= 1 ? $0 : nil }
        case .requestRate:
            return number(text.hasSuffix("/s") ? text.dropLast(2) : text)
        }
    }

    /// A number as people write it: digits and perhaps a point.
    private static func number(_ text: Substring) -> Double? {
        text.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") } ? Double(text) : nil
    }
}

/// A threshold that makes no sense, in one line that says what may be written.
package struct ThresholdError: Error, Equatable, CustomStringConvertible {
    package let description: String
}
