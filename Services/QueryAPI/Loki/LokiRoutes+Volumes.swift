import HTTPCore
import LogQL
import PromQL

extension LokiRoutes {
    func volume(_ question: Question) async throws -> Response {
        let span = try LokiSpan(question, lookback: Self.lookback.queries)
        let volumes = try await volumes(question, span, by: nil)
        let time = span.end / 1_000_000
        return Self.answer(
            to: question,
            .vector(volumes.map { VectorSample(labels: $0.labels, value: $0.values[0] ?? 0) }, at: time)
        )
    }

    func volumeRange(_ question: Question) async throws -> Response {
        let span = try LokiSpan(question, lookback: Self.lookback.queries)
        let step = try Self.step(question, span)
        guard (span.end / 1_000_000 - span.start / 1_000_000) / step <= Self.mostPoints else {
            throw QueryFailure.invalid(
                "exceeded maximum resolution of 11,000 points per time series. "
                    + "Try increasing the value of the step parameter"
            )
        }
        let volumes = try await volumes(question, span, by: step * 1_000_000)
        let start = span.nanoseconds.from / 1_000_000
        let series = volumes.map { volume in
            let intervals = volume.values.sorted { $0.key < $1.key }
            return SampledSeries(
                labels: volume.labels,
                timestamps: intervals.map { start + Int64($0.key) * step },
                values: intervals.map(\.value)
            )
        }
        return Self.answer(to: question, .matrix(series))
    }

    /// The bytes of some labels, by the number of the interval.
    private struct Volume {
        let labels: Labels
        var values: [Int: Double] = [:]
    }

    /// The largest volumes, by labels.
    private func volumes(_ question: Question, _ span: LokiSpan, by interval: Int64?) async throws -> [Volume] {
        let matchers = try requiredMatchers(question)
        let limit = try Self.limit(question)
        let targets = question["targetLabels"]?.split(separator: ",").map { $0.filter { $0 != " " } } ?? []
        let aggregation = question["aggregateBy"] ?? "series"
        guard aggregation == "series" || aggregation == "labels" else {
            throw QueryFailure.invalid("invalid aggregateBy: there are series and labels")
        }
        // Without a choice, what the selector names.
        let names = targets.isEmpty ? Set(matchers.map(\.name)) : Set(targets)
        var volumes: [Labels: Volume] = [:]
        let all = try await catalogue.volumes(
            matchers,
            in: span.nanoseconds,
            by: interval,
            of: names.isEmpty ? nil : names
        )
        for each in all {
            let own = each.labels.pairs.filter { names.isEmpty || names.contains($0.name) }
            guard !own.isEmpty else { continue }
            // By labels: each name by itself, whatever its value.
            let keys =
                aggregation == "series"
                ? [Labels(sorted: own)] : own.map { Labels(sorted: [Label(name: $0.name, value: "")]) }
            for key in keys {
                volumes[key, default: Volume(labels: key)].values[each.interval, default: 0] += Double(each.bytes)
            }
        }
        let sorted = volumes.values.map { ($0, $0.values.values.reduce(0, +)) }
            .sorted { ($1.1, $0.0.labels) < ($0.1, $1.0.labels) }
        return sorted.prefix(limit).map(\.0)
    }
}
