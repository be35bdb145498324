import CoreMetrics
import OTLP
import Synchronization

/// The metrics of this SDK behind swift-metrics' API: every instrument's series by label and dimensions.
final class MetricRegistry: MetricsFactory, Sendable {
    /// How many series one metric may have; measurements of further ones go to a single overflow series
    /// (OpenTelemetry specification, Cardinality limits).
    static let cardinalityLimit = 2_000

    private static let overflow = [KeyValue(key: "otel.metric.overflow", value: .bool(true))]

    private struct Series {
        let attributes: [KeyValue]
        let series: any MetricSeries
        let started: UInt64
    }

    private struct Instrument {
        var order: [[KeyValue]] = []
        var series: [[KeyValue]: Series] = [:]
    }

    private struct Key: Hashable {
        let label: String
        let kind: ObjectIdentifier
    }

    private let descriptions: [String: MetricDescription]
    private let instruments = Mutex<(order: [Key], byKey: [Key: Instrument])>(([], [:]))

    init(descriptions: [MetricDescription]) {
        self.descriptions = Dictionary(descriptions.map { ($0.label, $0) }) { _, last in last }
    }

    // MARK: MetricsFactory

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions) { CounterSeries() }
    }

    func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions) { FloatingPointCounterSeries() }
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        let addsUp = descriptions[label]?.kind == .upDownCounter
        return series(label, dimensions) { MeterSeries(addsUp: addsUp) }
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else {
            let addsUp = descriptions[label]?.kind == .upDownCounter
            return series(label, dimensions) { MeterSeries(addsUp: addsUp) }
        }
        return histogram(label, dimensions, defaultUnit: "")
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions, defaultUnit: "s")
    }

    func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    private func histogram(
        _ label: String,
        _ dimensions: [(String, String)],
        defaultUnit: String
    ) -> HistogramSeries {
        let description = descriptions[label]
        let unit = description?.unit ?? defaultUnit
        let boundaries =
            description?.boundaries
            ?? (unit == "s" ? MetricDescription.secondsBoundaries : MetricDescription.defaultBoundaries)
        return series(label, dimensions) { HistogramSeries(boundaries: boundaries, unit: unit) }
    }

    private func series<Handler: MetricSeries>(
        _ label: String,
        _ dimensions: [(String, String)],
        make: () -> Handler
    ) -> Handler {
        let key = Key(label: label, kind: ObjectIdentifier(Handler.self))
        var attributes = Self.attributes(dimensions)
        return instruments.withLock { instruments in
            if instruments.byKey[key] == nil { instruments.order.append(key) }
            var instrument = instruments.byKey[key] ?? Instrument()
            if instrument.series[attributes] == nil, instrument.order.count >= Self.cardinalityLimit - 1 {
                attributes = Self.overflow
            }
            if let known = instrument.series[attributes]?.series as? Handler { return known }
            let handler = make()
            instrument.order.append(attributes)
            instrument.series[attributes] = Series(
                attributes: attributes,
                series: handler,
                started: SpanClock.wall
            )
            instruments.byKey[key] = instrument
            return handler
        }
    }

    private func remove(_ handler: AnyObject) {
        instruments.withLock { instruments in
            for (key, var instrument) in instruments.byKey {
                guard let gone = instrument.series.first(where: { $0.value.series === handler })?.key else { continue }
                instrument.series[gone] = nil
                instrument.order.removeAll { $0 == gone }
                instruments.byKey[key] = instrument
                return
            }
        }
    }

    /// Dimensions as attributes: sorted, and of a name that comes twice the last.
    private static func attributes(_ dimensions: [(String, String)]) -> [KeyValue] {
        Dictionary(dimensions) { _, last in last }
            .sorted { $0.key < $1.key }
            .map { KeyValue(key: $0.key, value: attribute($0.key, $0.value)) }
    }

    /// Dimensions are text; the semantic conventions want these two as integers.
    private static func attribute(_ key: String, _ value: String) -> AnyValue {
        guard key == "http.response.status_code" || key == "server.port", let number = Int64(value) else {
            return .string(value)
        }
        return .int(number)
    }

    // MARK: Collecting

    /// Everything that was recorded, cumulative since each series began.
    func collect() -> [Metric] {
        let now = SpanClock.wall
        let snapshot = instruments.withLock { instruments in
            instruments.order.compactMap { key in
                instruments.byKey[key].map { (key.label, $0.order.compactMap(key: $0.series)) }
            }
        }
        return snapshot.compactMap { label, series in
            let data = data(of: series, at: now)
            guard data != .none else { return nil }
            let description = descriptions[label]
            return Metric(
                name: label,
                description: description?.description ?? "",
                unit: description?.unit ?? "",
                data: data
            )
        }
    }

    private func data(of series: [Series], at now: UInt64) -> MetricData {
        var numbers: [NumberDataPoint] = []
        var histograms: [HistogramDataPoint] = []
        var data = MetricData.none
        for entry in series {
            var number = NumberDataPoint(attributes: entry.attributes, startTime: entry.started, time: now)
            switch entry.series.reading {
            case .nothing: continue
            case .sum(let value):
                number.value = value
                numbers.append(number)
                data = .sum(
                    Sum(dataPoints: numbers, aggregationTemporality: .cumulative, isMonotonic: true)
                )
            case .upDownSum(let value):
                number.value = value
                numbers.append(number)
                data = .sum(Sum(dataPoints: numbers, aggregationTemporality: .cumulative))
            case .gauge(let value):
                number.value = value
                number.startTime = 0
                numbers.append(number)
                data = .gauge(Gauge(dataPoints: numbers))
            case .histogram(let reading):
                histograms.append(
                    HistogramDataPoint(
                        attributes: entry.attributes,
                        startTime: entry.started,
                        time: now,
                        count: reading.count,
                        sum: reading.sum,
                        bucketCounts: reading.bucketCounts,
                        explicitBounds: reading.boundaries,
                        min: reading.min,
                        max: reading.max
                    )
                )
                data = .histogram(Histogram(dataPoints: histograms, aggregationTemporality: .cumulative))
            }
        }
        return data
    }
}

extension [[KeyValue]] {
    fileprivate func compactMap<Value>(key values: [[KeyValue]: Value]) -> [Value] {
        compactMap { values[$0] }
    }
}
