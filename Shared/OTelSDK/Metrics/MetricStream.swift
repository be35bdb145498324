import OTLP
import Synchronization
import Tracing

/// One metric of one reader: an instrument's measurements as one view aggregates them.
final class MetricStream: Sendable {
    /// Where and when a measurement was made, if it may become an exemplar.
    struct Occasion {
        let context: InstrumentationContext?
        let time: UInt64
    }

    private struct State: ~Copyable {
        var series = SeriesTable()
        var lastCollection: UInt64
    }

    let name: String
    let description: String
    let instrument: InstrumentDescriptor
    let temporality: AggregationTemporality
    private let aggregation: Aggregation
    private let limit: Int
    private let rejections: MeasurementRejections
    private let keys: AttributeKeySelection
    private let keepsAllKeys: Bool
    private let makeReservoir: (@Sendable () -> any ExemplarReservoir)?
    private let state: Mutex<State>

    private static let overflow: AttributeSet = ["otel.metric.overflow": true]

    init(
        instrument: InstrumentDescriptor,
        name: String,
        view: View?,
        aggregation: Aggregation,
        temporality: AggregationTemporality,
        limit: Int,
        rejections: MeasurementRejections
    ) {
        self.instrument = instrument
        self.rejections = rejections
        self.name = view?.name ?? name
        description = view?.description ?? instrument.description
        self.temporality = temporality
        self.aggregation = Self.resolved(aggregation, for: instrument)
        self.limit = max(1, limit)
        keys = AttributeKeySelection(
            included: view?.attributeKeys ?? instrument.attributeKeys,
            excluded: view?.excludedAttributeKeys ?? []
        )
        keepsAllKeys = keys.selectsAll
        makeReservoir = view?.exemplarReservoir
        state = Mutex(State(lastCollection: TelemetryClock.wall))
    }

    private static func resolved(_ aggregation: Aggregation, for instrument: InstrumentDescriptor) -> Aggregation {
        switch aggregation {
        case .default:
            switch instrument.kind {
            case .counter, .upDownCounter, .observableCounter, .observableUpDownCounter: return .sum
            case .gauge, .observableGauge: return .lastValue
            case .histogram:
                return .explicitBucketHistogram(
                    boundaries: instrument.explicitBucketBoundaries ?? Aggregation.defaultBoundaries
                )
            }
        case .explicitBucketHistogram(nil, let recordsMinMax):
            return .explicitBucketHistogram(
                boundaries: instrument.explicitBucketBoundaries ?? Aggregation.defaultBoundaries,
                recordsMinMax: recordsMinMax
            )
        default: return aggregation
        }
    }

    // MARK: Recording

    @inline(__always)
    func record(_ value: NumberValue, _ attributes: AttributeSet, _ occasion: Occasion?) {
        if keepsAllKeys {
            record(value, series: attributes, all: attributes, filtered: [], occasion)
        } else {
            let (kept, rest) = attributes.split(keys.selects)
            record(value, series: kept, all: attributes, filtered: rest, occasion)
        }
    }

    @inline(__always)
    private func record(
        _ value: NumberValue,
        series attributes: AttributeSet,
        all: AttributeSet,
        filtered: [KeyValue],
        _ occasion: Occasion?
    ) {
        let fits = state.withLock { state in
            let aggregator = state.series.find(attributes) ?? self.insert(attributes, into: &state)
            let fits = aggregator.record(value)
            if let occasion {
                aggregator.reservoir?.offer(
                    value,
                    attributes: all,
                    filtered: filtered,
                    context: occasion.context,
                    time: occasion.time
                )
            }
            return fits
        }
        if !fits { rejections.add(.overflow, instrument) }
    }

    @inline(never)
    private func insert(_ attributes: AttributeSet, into state: inout State) -> Aggregator {
        // The overflow series counts towards the limit.
        if occupiedPlaces(&state) >= limit - 1 {
            if let overflow = state.series.find(Self.overflow) { return overflow }
            let overflow = makeAggregator(since: state.lastCollection)
            state.series.insert(Self.overflow, overflow)
            Diagnostics.report(.warning, "The metric \(name) has more than \(limit) series; the rest is one series.")
            return overflow
        }
        let aggregator = makeAggregator(since: state.lastCollection)
        state.series.insert(attributes, aggregator)
        return aggregator
    }

    /// How many series count towards the limit. Those that are only remembered do not, and are forgotten when they are
    /// as many.
    private func occupiedPlaces(_ state: inout State) -> Int {
        guard remembersSkipped else { return state.series.count }
        if state.series.count >= 2 * limit {
            state.series.removeAll { ($0 as? LastValueAggregator)?.hasSkipped ?? false }
        }
        var fresh = 0
        state.series.forEach { if $1.isFresh { fresh += 1 } }
        return fresh
    }

    private func makeAggregator(since lastCollection: UInt64) -> Aggregator {
        // A cumulative series begins with its first measurement, a delta with the collection before it.
        let isCumulative = temporality == .cumulative && !instrument.kind.isObservable
        let start = isCumulative ? TelemetryClock.wall : lastCollection
        switch aggregation {
        case .explicitBucketHistogram(let boundaries, let recordsMinMax):
            let boundaries = boundaries ?? []
            return HistogramAggregator(
                boundaries: boundaries,
                recordsMinMax: recordsMinMax,
                startTime: start,
                reservoir: makeReservoir?() ?? AlignedHistogramBucketExemplarReservoir(boundaries: boundaries)
            )
        case .exponentialHistogram(let size, let scale, let recordsMinMax):
            return ExponentialHistogramAggregator(
                maximumSize: size,
                maximumScale: scale,
                recordsMinMax: recordsMinMax,
                startTime: start,
                reservoir: makeReservoir?() ?? SimpleFixedSizeExemplarReservoir(size: min(20, size))
            )
        case .sum where !instrument.kind.isObservable:
            return SumAggregator(
                startTime: start,
                reservoir: makeReservoir?() ?? SimpleFixedSizeExemplarReservoir()
            )
        default:
            return LastValueAggregator(
                startTime: start,
                reservoir: makeReservoir?() ?? SimpleFixedSizeExemplarReservoir()
            )
        }
    }

    // MARK: Series by themselves

    /// Resets a series: a monotonic sum starts from zero.
    func reset(_ attributes: AttributeSet) {
        state.withLock { state in
            state.series.find(attributes)?.reset(at: TelemetryClock.wall)
        }
    }

    /// Forgets a series.
    func remove(_ attributes: AttributeSet) {
        state.withLock { state in
            guard let aggregator = state.series.find(attributes) else { return }
            state.series.removeAll { $0 === aggregator }
        }
    }

    // MARK: Collecting

    /// Whether a series that callbacks do not observe is remembered, as long as there is room: when it comes back, only
    /// what it has grown by since the last time is told, as if it had been there all along.
    private var remembersSkipped: Bool {
        instrument.kind.isObservable && temporality == .delta && aggregation == .sum
    }

    /// Prepares for callbacks: what they do not observe is not reported.
    func beginObservation() {
        state.withLock { $0.series.forEach { $1.isFresh = false } }
    }

    /// The metric as it stands, or `nil` when there is nothing to report.
    func collect(at time: UInt64) -> Metric? {
        let data: MetricData? = state.withLock { state in
            defer { state.lastCollection = time }
            let isDelta = temporality == .delta
            if remembersSkipped {
                state.series.forEach { ($1 as? LastValueAggregator)?.hasSkipped = !$1.isFresh }
                return collected(state.series, at: time)
            }
            if instrument.kind.isObservable {
                state.series.removeAll { !$0.isFresh }
                return collected(state.series, at: time)
            }
            if !isDelta { return collected(state.series, at: time) }
            state.series.removeAll { !$0.isFresh }
            defer { state.series.removeAll() }
            return collected(state.series, at: time)
        }
        return data.map { Metric(name: name, description: description, unit: instrument.unit, data: $0) }
    }

    private func collected(_ series: borrowing SeriesTable, at time: UInt64) -> MetricData? {
        guard series.count > 0 else { return nil }
        switch aggregation {
        case .explicitBucketHistogram:
            var points: [HistogramDataPoint] = []
            series.forEach { if let point = histogramPoint($0, $1, time) { points.append(point) } }
            return points.isEmpty
                ? nil : .histogram(Histogram(dataPoints: points, aggregationTemporality: temporality))
        case .exponentialHistogram:
            var points: [ExponentialHistogramDataPoint] = []
            series.forEach { if let point = exponentialPoint($0, $1, time) { points.append(point) } }
            return points.isEmpty
                ? nil
                : .exponentialHistogram(ExponentialHistogram(dataPoints: points, aggregationTemporality: temporality))
        case .sum, .lastValue:
            var points: [NumberDataPoint] = []
            series.forEach { if let point = numberPoint($0, $1, time) { points.append(point) } }
            guard !points.isEmpty else { return nil }
            if aggregation == .lastValue { return .gauge(Gauge(dataPoints: points)) }
            return .sum(
                Sum(
                    dataPoints: points,
                    aggregationTemporality: temporality,
                    isMonotonic: instrument.kind.isMonotonic
                )
            )
        case .drop, .default: return nil
        }
    }

    private func numberPoint(_ attributes: AttributeSet, _ aggregator: Aggregator, _ time: UInt64) -> NumberDataPoint? {
        var point = NumberDataPoint(attributes: attributes.attributes, startTime: aggregator.startTime, time: time)
        switch aggregator {
        case let sum as SumAggregator:
            point.value = instrument.isInteger ? .int(sum.integer) : .double(sum.double)
        case let last as LastValueAggregator:
            guard let value = last.value, last.isFresh || !instrument.kind.isObservable else { return nil }
            point.value = value
            if aggregation == .lastValue {
                point.startTime = 0
            } else if temporality == .delta {
                point.value = difference(value, last.previous)
                last.previous = value
                last.startTime = time
            }
        default: return nil
        }
        point.exemplars = aggregator.reservoir?.collect() ?? []
        return point
    }

    /// What an observed sum has grown by. A total that falls, though it should only grow, has begun anew.
    private func difference(_ value: NumberValue, _ previous: NumberValue?) -> NumberValue {
        guard let previous, !instrument.kind.isMonotonic || value.double >= previous.double else { return value }
        guard case (.int(let new), .int(let old)) = (value, previous) else {
            return .double(value.double - previous.double)
        }
        let (difference, overflow) = new.subtractingReportingOverflow(old)
        return .int(overflow ? (new < 0 ? .min : .max) : difference)
    }

    /// Whether a histogram point has a sum: not for instruments whose values may be negative.
    private var recordsSum: Bool { instrument.kind == .counter || instrument.kind == .histogram }

    private func histogramPoint(
        _ attributes: AttributeSet,
        _ aggregator: Aggregator,
        _ time: UInt64
    ) -> HistogramDataPoint? {
        guard let histogram = aggregator as? HistogramAggregator else { return nil }
        let hasRange = histogram.recordsMinMax && histogram.count > 0
        return HistogramDataPoint(
            attributes: attributes.attributes,
            startTime: histogram.startTime,
            time: time,
            count: histogram.count,
            sum: recordsSum ? histogram.sum : nil,
            bucketCounts: histogram.boundaries.isEmpty ? [] : histogram.counts,
            explicitBounds: histogram.boundaries,
            exemplars: histogram.reservoir?.collect() ?? [],
            min: hasRange ? histogram.minimum : nil,
            max: hasRange ? histogram.maximum : nil
        )
    }

    private func exponentialPoint(
        _ attributes: AttributeSet,
        _ aggregator: Aggregator,
        _ time: UInt64
    ) -> ExponentialHistogramDataPoint? {
        guard let histogram = aggregator as? ExponentialHistogramAggregator else { return nil }
        let hasRange = histogram.recordsMinMax && histogram.count > 0
        func buckets(_ buckets: ExponentialHistogramAggregator.Buckets) -> ExponentialBuckets {
            ExponentialBuckets(offset: Int32(clamping: buckets.offset), bucketCounts: buckets.counts)
        }
        return ExponentialHistogramDataPoint(
            attributes: attributes.attributes,
            startTime: histogram.startTime,
            time: time,
            count: histogram.count,
            sum: recordsSum ? histogram.sum : nil,
            scale: Int32(histogram.scale),
            zeroCount: histogram.zeroCount,
            positive: buckets(histogram.positive),
            negative: buckets(histogram.negative),
            exemplars: histogram.reservoir?.collect() ?? [],
            min: hasRange ? histogram.minimum : nil,
            max: hasRange ? histogram.maximum : nil
        )
    }
}
