import PromQL

/// Aggregates the lines before each step.
struct RangeEvaluation {
    /// A series with a place for each step.
    struct Series {
        let labels: Labels
        let values: [Double?]
    }

    private let range: RangeAggregation
    private let grouping: Grouping?
    private let steps: Int
    /// Nanoseconds since the epoch at which the time before the first step begins, and at which the last one ends.
    private let after: Int64
    private let through: Int64
    /// Nanoseconds between two steps.
    private let step: Int64
    private let source: any LogSource
    private let limits: LogQLLimits

    init(_ leaf: Translation.Leaf, grid: StepGrid, source: any LogSource, limits: LogQLLimits) {
        range = leaf.range
        // A sum of sums or counts is one, so its labels are all that is wanted. Not so with what is not added up.
        let addsUp = range.unwrap == nil ? range.operation != .absentOverTime : false
        grouping = leaf.isSummed && addsUp ? leaf.sumGrouping ?? Grouping(labels: [], isWithout: false) : range.grouping
        steps = grid.count
        let first = Self.nanoseconds(grid.start).saturatingSubtract(range.offset)
        after = first.saturatingSubtract(range.range)
        step = max(1, Self.nanoseconds(grid.step))
        through = Self.nanoseconds(grid.end).saturatingSubtract(range.offset)
        self.source = source
        self.limits = limits
    }

    private static func nanoseconds(_ milliseconds: Int64) -> Int64 {
        let (product, overflows) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        return overflows ? (milliseconds < 0 ? .min : .max) : product
    }

    func series() async throws -> [Series] {
        guard steps > 0, after < through else { return [] }
        switch range.operation {
        case .absentOverTime: return [try await absence()]
        case .countOverTime, .bytesOverTime, .bytesRate: return try await counts()
        case .rate where range.unwrap == nil: return try await counts()
        default: return try await values()
        }
    }

    // MARK: - Counts

    private func counts() async throws -> [Series] {
        let factor: Double =
            switch range.operation {
            case .rate, .bytesRate: 1e9 / Double(range.range)
            default: 1
            }
        let tally = try await tally(
            by: grouping,
            ofBytes: range.operation == .bytesOverTime || range.operation == .bytesRate
        )
        return tally.series.map { series in
            Series(
                labels: series.labels,
                values: series.sums(steps: steps, stride: tally.stride, width: tally.width).map {
                    $0.map { $0 * factor }
                }
            )
        }
    }

    /// 1 at each step before which there was no line.
    private func absence() async throws -> Series {
        let series: [[Double?]]
        if range.unwrap == nil {
            let tally = try await tally(by: Grouping(labels: [], isWithout: false), ofBytes: false)
            series = tally.series.map { $0.sums(steps: steps, stride: tally.stride, width: tally.width) }
        } else {
            series = try await values().map(\.values)
        }
        let values = (0..<steps).map { step in series.contains { $0[step] != nil } ? nil : 1.0 }
        return Series(labels: absentLabels, values: values)
    }

    /// What the selector says of the labels that are missing.
    private var absentLabels: Labels {
        var labels = Labels()
        let names = range.selector.matchers.map(\.name)
        for matcher in range.selector.matchers
        where matcher.operation == .equal && names.filter({ $0 == matcher.name }).count == 1 {
            labels[matcher.name] = matcher.value
        }
        return labels
    }

    private func tally(by grouping: Grouping?, ofBytes countsBytes: Bool) async throws -> LineTally {
        let interval = steps == 1 ? range.range : Self.greatestCommonDivisor(step, range.range)
        var tally = LineTally(
            stride: Int(steps == 1 ? 1 : step / interval),
            width: Int(range.range / interval),
            countsBytes: countsBytes,
            limits: limits
        )
        if let countable = range.selector.countable(by: grouping) {
            let request = LogCountRequest(
                matchers: range.selector.matchers,
                conditions: countable.conditions,
                after: after,
                through: through,
                interval: interval,
                grouping: countable.grouping,
                countsBytes: countsBytes
            )
            if try await source.forEachCount(request, { try tally.add($0) }) {
                tally.sort()
                return tally
            }
        }
        try await forEachLine(grouping) { line in
            try tally.add(
                LogCount(
                    labels: line.labels.grouped(by: grouping, without: nil),
                    interval: Int(clamping: UInt64(bitPattern: line.timestamp &- after &- 1) / UInt64(interval)),
                    lines: 1,
                    bytes: UInt64(line.text.utf8.count)
                )
            )
        }
        return tally
    }

    private static func greatestCommonDivisor(_ one: Int64, _ other: Int64) -> Int64 {
        var (one, other) = (one, other)
        while other != 0 { (one, other) = (other, one % other) }
        return one
    }

    // MARK: - Values

    private func values() async throws -> [Series] {
        var samples = ValueSeries(limits: limits)
        let unwrapping = range.unwrap.map(Unwrapping.init)
        try await forEachLine(grouping) { line in
            guard let unwrapping, let value = unwrapping.value(of: &line) else { return }
            try Self.check(line)
            let labels = line.labels.grouped(
                by: grouping,
                without: grouping.map(\.isWithout) ?? true ? unwrapping.label : nil
            )
            try samples.add(labels, line.timestamp, value)
        }
        let window = try WindowFunction(range)
        return samples.series.map { series in
            Series(
                labels: series.labels,
                values: series.windows(steps: steps, first: after, step: step, length: range.range, window)
            )
        }
    }

    // MARK: - Lines

    /// Hands over what the pipeline makes of the lines, those with errors as a fault unless a value is still to be taken
    /// out of them.
    private func forEachLine(
        _ grouping: Grouping?,
        _ body: (inout WorkingLine) throws -> Void
    ) async throws {
        var pipeline = Pipeline(range.selector.stages)
        let request = LogRequest(
            matchers: range.selector.matchers,
            conditions: range.selector.conditions,
            from: after.saturatingSubtract(-1),
            to: through.saturatingSubtract(-1),
            labels: range.selector.labels(neededBy: labelsLookedAt(grouping))
        )
        try await source.forEachEntry(request) { entry in
            try Task.checkCancellation()
            guard pipeline.process(entry) else { return true }
            var line = pipeline.line
            if range.unwrap == nil { try Self.check(line) }
            try body(&line)
            return true
        }
    }

    private func labelsLookedAt(_ grouping: Grouping?) -> Set<String>? {
        guard let grouping, !grouping.isWithout else { return nil }
        var names = Set(grouping.labels)
        if let unwrap = range.unwrap {
            names.insert(unwrap.label)
            for filter in unwrap.filters { names.formUnion(filter.names) }
        }
        return names
    }

    private static func check(_ line: WorkingLine) throws(LogQLError) {
        guard line.labels.hasError else { return }
        let error = line.labels[LabelNames.error] ?? ""
        let labels = line.labels.sorted.prefix(20).map { "\($0.name)=\(Quoting.quote(String($0.value.prefix(200))))" }
        throw LogQLError(
            "pipeline error: '\(error)' for series: '{\(labels.joined(separator: ", "))}'.\n"
                + "Use a label filter to intentionally skip this error. (e.g | __error__!=\"\(error)\").\n"
                + "To skip all potential errors you can match empty errors.(e.g __error__=\"\")\n"
                + "The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__=\"\" )"
        )
    }
}

extension Int64 {
    /// The difference, or the end of 64 bits that it would pass.
    func saturatingSubtract(_ other: Int64) -> Int64 {
        let (difference, overflows) = subtractingReportingOverflow(other)
        return overflows ? (other < 0 ? .max : .min) : difference
    }
}

/// Takes values out of labels.
private final class Unwrapping {
    let label: String
    private let conversion: Unwrap.Conversion?
    private let filters: [LabelFilterStage]

    init(_ unwrap: Unwrap) {
        (label, conversion) = (unwrap.label, unwrap.conversion)
        filters = unwrap.filters.map(LabelFilterStage.init)
    }

    /// The value; `nil` for a line that has none, or that a condition behind it drops.
    func value(of line: inout WorkingLine) -> Double? {
        guard let text = line.labels[label], !text.isEmpty else { return nil }
        var value: Double?
        switch conversion {
        case nil: value = Quantity.value(of: text, as: .number)
        case .bytes: value = Quantity.value(of: text, as: .bytes)
        case .duration, .durationSeconds: value = Quantity.value(of: text, as: .duration).map { $0 / 1e9 }
        }
        if value == nil {
            let kind = conversion?.rawValue ?? "number"
            line.labels.fail("SampleExtractionErr", "cannot read \(Quoting.quote(text)) of \(label) as a \(kind)")
        }
        for filter in filters where !filter.apply(to: &line) { return nil }
        return value ?? 0
    }
}
