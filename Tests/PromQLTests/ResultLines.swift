import PromQL

/// Results as the lines of a table.
enum ResultLines {
    static func evaluate(_ query: String, _ times: QueryTimes, by engine: PromQLEngine) async throws -> [String] {
        do {
            switch times {
            case .instant(let time):
                let result = try await engine.evaluate(query, at: time * 1000, over: SampleData.source)
                return lines(of: result, start: time, end: time, step: 1)
            case .range(let start, let end, let step):
                let result = try await engine.evaluate(
                    query,
                    from: start * 1000,
                    through: end * 1000,
                    step: step * 1000,
                    over: SampleData.source
                )
                return lines(of: result, start: start, end: end, step: step)
            }
        } catch let error as ParseError {
            return ["! \(error)"]
        } catch let error as EvaluationError {
            return ["! \(error)"]
        }
    }

    private static func lines(of result: QueryResult, start: Int64, end: Int64, step: Int64) -> [String] {
        var lines: [String]
        switch result.value {
        case .scalar(let value, _): lines = ["= scalar \(NumberFormat.sample(value))"]
        case .string(let text, _): lines = ["= string \(text)"]
        case .vector(let samples, _): lines = samples.map { "= \(name($0.labels)) \(NumberFormat.sample($0.value))" }
        case .matrix(let series):
            lines = series.map { series in
                let points = Dictionary(uniqueKeysWithValues: zip(series.timestamps, series.values))
                if start == end { return raw(series) }
                let values = stride(from: start, through: end, by: Int64.Stride(step)).map { second in
                    points[second * 1000].map { NumberFormat.sample($0) } ?? "_"
                }
                return "= \(name(series.labels)) \(values.joined(separator: " "))"
            }
        }
        return lines + (result.warnings + result.infos).sorted().map { "~ \($0)" }
    }

    /// The samples of a range selector with their times.
    private static func raw(_ series: SampledSeries) -> String {
        let points = zip(series.timestamps, series.values).map { timestamp, value in
            "\(NumberFormat.sample(value))@\(NumberFormat.sample(Double(timestamp) / 1000))"
        }
        return "= \(name(series.labels)) \(points.joined(separator: " "))"
    }

    private static func name(_ labels: Labels) -> String {
        labels.pairs.isEmpty ? "{}" : labels.description
    }

    /// Whether two lists of lines say the same: numbers may differ by a part in a thousand millions.
    static func agree(_ one: [String], _ other: [String]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { agree($0, $1) }
    }

    private static func agree(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        guard one.hasPrefix("= "), other.hasPrefix("= ") else { return false }
        let (left, right) = (one.split(separator: " "), other.split(separator: " "))
        return left.count == right.count && zip(left, right).allSatisfy { agree($0, $1) }
    }

    private static func agree(_ one: Substring, _ other: Substring) -> Bool {
        if one == other { return true }
        let (left, right) = (one.split(separator: "@"), other.split(separator: "@"))
        guard left.count == right.count, left.dropFirst() == right.dropFirst(), let a = Double(left[0]),
            let b = Double(right[0])
        else { return false }
        return (a - b).magnitude <= 1e-9 * max(a.magnitude, b.magnitude, 1e-12)
    }
}
