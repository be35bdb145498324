import ClickHouseHTTP
import PromQL
import Synchronization

/// The series of the OpenTelemetry tables, as PromQL sees them.
///
/// Made for one query: it remembers what has to be said of its data beside the result.
final class TelemetrySeriesSource: SeriesSource {
    let catalogue: SeriesCatalogue
    let reader: SampleReader
    let virtual: [any VirtualSeries]
    /// How many samples may be held while series are put together.
    private let sampleLimit: Int
    /// How long points are kept, in days.
    private let pointDays: Int
    private let notes = Mutex<[String]>([])
    private let rolled = Mutex<[RollupStep: Set<String>]>([:])

    init(_ database: TelemetryDatabase, _ configuration: QueryConfiguration) {
        catalogue = SeriesCatalogue(
            database: database,
            labels: SeriesLabels(
                promoted: configuration.promotedResourceAttributes,
                hasScope: configuration.hasScopeLabels
            ),
            limit: configuration.series
        )
        reader = SampleReader(database: database)
        virtual = [
            TargetInfoSeries(database: database), ServiceGraphSeries(database: database),
            SpanMetricSeries(database: database),
        ]
        sampleLimit = configuration.samples
        pointDays = configuration.pointDays
    }

    /// What may be wrong with the data, each said once.
    var warnings: [String] { notes.withLock { $0 } }

    /// What was read from rollups, a text for each.
    var infos: [String] {
        rolled.withLock { rolled in
            RollupStep.allCases.compactMap { step in
                guard let names = rolled[step]?.sorted(), !names.isEmpty else { return nil }
                let more = names.count > 5 ? " and \(names.count - 5) more" : ""
                return "read from the \(step.source): \(names.prefix(5).joined(separator: ", "))\(more)"
            }
        }
    }

    /// Where the samples came from, in a few words.
    var origin: String {
        let steps = rolled.withLock { rolled in RollupStep.allCases.filter { rolled[$0] != nil } }
        return steps.isEmpty ? "points" : steps.map(\.source).joined(separator: ", ")
    }

    private func warn(_ text: String) {
        notes.withLock { if !$0.contains(text), $0.count < 10 { $0.append(text) } }
    }

    /// Series of one part of a metric that satisfy all conditions but those on the part's own label.
    struct Selection {
        let stream: MetricStream
        let part: SamplePart
        let entries: [SeriesCatalogue.Entry]
    }

    /// What one statement can read together.
    private struct Source: Hashable {
        let kind: MetricStream.Kind
        let part: SamplePart
    }

    /// Selections by what reads them, always in the same order.
    private static func bySource(_ selections: [Selection]) -> [(source: Source, selections: [Selection])] {
        Dictionary(grouping: selections) { Source(kind: $0.stream.kind, part: $0.part) }
            .map { (source: $0.key, selections: $0.value) }
            .sorted {
                ($0.source.kind.rawValue, $0.source.part.suffix) < ($1.source.kind.rawValue, $1.source.part.suffix)
            }
    }

    /// The series that matchers select among those that had points in a span.
    func selections(_ matchers: [LabelMatcher], in span: TimeSpan) async throws -> [Selection] {
        let metrics = try await catalogue.metrics(in: span)
        let names = NameMatchers(matchers)
        var parts: [MetricStream: [SamplePart]] = [:]
        for stream in metrics.map(\.stream) {
            if stream.kind == .exponentialHistogram {
                if names.mean(stream.family) || names.mean(stream.name) {
                    throw QueryFailure.unprocessable(
                        "\(stream.family) is a native histogram, and those are not supported"
                    )
                }
                continue
            }
            let chosen = stream.parts.filter { names.match(stream.family + $0.suffix) || names.isAlias(of: stream) }
            guard !chosen.isEmpty else { continue }
            if stream.isDelta {
                // Who asks for everything is not told of each.
                guard names.areGiven else { continue }
                warn("\(stream.family) has delta temporality, which is not supported: its series are left out")
                continue
            }
            if names.isAlias(of: stream), stream.parts.count > 1 {
                let series = stream.parts.map { stream.family + $0.suffix }.joined(separator: ", ")
                throw QueryFailure.unprocessable("\(stream.name) has several series: ask for one of \(series)")
            }
            parts[stream] = chosen
        }
        let entries = try await catalogue.entries(of: Array(parts.keys), in: span)
        var selections: [Selection] = []
        for (stream, entries) in Dictionary(grouping: entries, by: \.stream) {
            for part in parts[stream] ?? [] {
                var testers = matchers.filter { $0.name != Labels.metricName && $0.name != part.label }
                    .map { (name: $0.name, tester: $0.tester()) }
                let chosen = entries.filter { entry in
                    testers.indices.allSatisfy { testers[$0].tester.matches(entry.labels[testers[$0].name] ?? "") }
                }
                if !chosen.isEmpty { selections.append(Selection(stream: stream, part: part, entries: chosen)) }
            }
        }
        return selections
    }

    func forEachSeries(_ request: SeriesRequest, _ body: (SampledSeries) throws -> Void) async throws {
        let span = TimeSpan(from: request.after + 1, through: request.through)
        guard !span.isEmpty else { return }
        for virtual in virtual {
            for series in try await virtual.series(request.matchers, in: span)
            where Self.satisfies(request.matchers, series.labels) {
                try body(series)
            }
        }
        let selections = try await selections(request.matchers, in: span)
        let choice = SampleResolution.choose(for: request, now: WallClock.milliseconds, pointsKeptFor: pointDays)
        if let reservation = choice.reservation, !selections.isEmpty { warn(reservation.text) }
        // Two streams can have the same labels: those are held until all of them are read.
        var sources: [Labels: Int] = [:]
        for selection in selections {
            for entry in selection.entries { sources[selection.labels(of: entry), default: 0] += 1 }
        }
        var held: [Labels: SampledSeries] = [:]
        var heldSamples = 0
        for (source, selections) in Self.bySource(selections) {
            var own: [UInt64: Labels] = [:]
            for selection in selections {
                for entry in selection.entries { own[entry.id] = selection.labels(of: entry) }
            }
            var testers = request.matchers.filter { $0.name == source.part.label }.map { $0.tester() }
            // A histogram whose bounds changed has its series in several pieces.
            let isWhole = source.part != .bucket
            let resolution = self.resolution(of: selections, source.kind, choice)
            try await reader.read(
                source.part,
                of: source.kind,
                selections.flatMap(\.entries),
                in: span,
                at: resolution
            ) { piece in
                guard let base = own[piece.id],
                    testers.indices.allSatisfy({ testers[$0].matches(piece.labelValue) })
                else { return }
                var labels = base
                if let name = source.part.label { labels[name] = piece.labelValue }
                let series = SampledSeries(
                    labels: labels,
                    timestamps: piece.timestamps,
                    values: piece.values,
                    weights: piece.weights
                )
                if isWhole, sources[base] == 1 { return try body(series) }
                heldSamples += piece.timestamps.count
                guard heldSamples <= sampleLimit else {
                    throw QueryFailure.tooMuch("query processing would load too many samples into memory")
                }
                guard let before = held[labels] else {
                    held[labels] = series
                    return
                }
                let (times, values, weights) = SeriesMerge.ordered(
                    before.timestamps + series.timestamps,
                    before.values + series.values,
                    before.weights.flatMap { before in series.weights.map { before + $0 } }
                )
                if sources[base] != 1 {
                    warn("several streams of \(labels.metricName) have the same labels: they were put together")
                }
                held[labels] = SampledSeries(labels: labels, timestamps: times, values: values, weights: weights)
            }
            // Nothing later adds to the series of this part alone.
            if !isWhole {
                for (labels, series) in held where sources[labels.without(source.part.label)] == 1 {
                    try body(series)
                    held[labels] = nil
                    heldSamples -= series.timestamps.count
                }
            }
        }
        for series in held.values { try body(series) }
    }

    /// How metrics of one kind are read where that was chosen for all, and remembers it.
    private func resolution(
        of selections: [Selection],
        _ kind: MetricStream.Kind,
        _ choice: SampleResolution.Choice
    ) -> SampleResolution {
        guard case .rollup(let step, let value) = choice.resolution else { return .points }
        guard value.isKept(of: kind) else {
            if choice.arePointsGone { warn(SampleResolution.Reservation.pointsAreGone(days: pointDays).text) }
            return .points
        }
        rolled.withLock { $0[step, default: []].formUnion(selections.map { $0.stream.family + $0.part.suffix }) }
        return choice.resolution
    }

    /// The label sets of the series that matchers select, without their samples.
    ///
    /// Bounds and quantiles are in the points: the series of histograms and summaries come without those labels.
    func labelSets(_ matchers: [LabelMatcher], in span: TimeSpan) async throws -> Set<Labels> {
        guard !span.isEmpty else { return [] }
        var sets: Set<Labels> = []
        for virtual in virtual {
            for labels in try await virtual.labelSets(matchers, in: span) where Self.satisfies(matchers, labels) {
                sets.insert(labels)
            }
        }
        for (source, selections) in Self.bySource(try await selections(matchers, in: span)) {
            var own: [UInt64: Labels] = [:]
            for selection in selections {
                for entry in selection.entries { own[entry.id] = selection.labels(of: entry) }
            }
            guard let label = source.part.label else {
                sets.formUnion(own.values)
                continue
            }
            var testers = matchers.filter { $0.name == label }.map { $0.tester() }
            let values = try await reader.labelValues(source.part, selections.flatMap(\.entries), in: span)
            for (id, values) in values {
                guard let base = own[id] else { continue }
                for value in values where testers.indices.allSatisfy({ testers[$0].matches(value) }) {
                    var labels = base
                    labels[label] = value
                    sets.insert(labels)
                }
            }
        }
        return sets
    }

    static func satisfies(_ matchers: [LabelMatcher], _ labels: Labels) -> Bool {
        matchers.allSatisfy { $0.matches(labels[$0.name]) }
    }
}

extension TelemetrySeriesSource.Selection {
    /// The labels of a series, with its name.
    func labels(of entry: SeriesCatalogue.Entry) -> Labels {
        var labels = entry.labels
        labels[Labels.metricName] = stream.family + part.suffix
        return Labels(labels)
    }
}

extension Labels {
    fileprivate func without(_ name: String?) -> Labels {
        guard let name else { return self }
        var labels = self
        labels[name] = ""
        return labels
    }
}
