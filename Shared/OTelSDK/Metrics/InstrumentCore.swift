import OTLP
import Tracing

/// The state behind an instrument: its streams, by reader.
final class InstrumentCore: Sendable {
    let descriptor: InstrumentDescriptor
    private let streamsByReader: [[MetricStream]]
    /// The only stream, in the common case that there is one.
    private let only: MetricStream?
    private let exemplarFilter: ExemplarFilter
    private let isShutDown: SharedFlag
    private let rejections: MeasurementRejections
    /// Whether NaN and infinite values are refused: they would ruin a sum, so only gauges take them.
    private let takesOnlyNumbers: Bool

    init(
        _ descriptor: InstrumentDescriptor,
        streamsByReader: [[MetricStream]],
        exemplarFilter: ExemplarFilter,
        isShutDown: SharedFlag,
        rejections: MeasurementRejections
    ) {
        self.descriptor = descriptor
        self.rejections = rejections
        takesOnlyNumbers = descriptor.kind != .gauge && descriptor.kind != .observableGauge
        self.streamsByReader = streamsByReader
        let all = streamsByReader.flatMap { $0 }
        only = all.count == 1 ? all[0] : nil
        self.exemplarFilter = exemplarFilter
        self.isShutDown = isShutDown
    }

    /// Whether any reader would see a measurement.
    var isEnabled: Bool { !isShutDown.isSet && streamsByReader.contains { !$0.isEmpty } }

    @inline(__always)
    func record(_ value: NumberValue, _ attributes: AttributeSet, _ context: InstrumentationContext?) {
        guard !isShutDown.isSet, takes(value) else { return }
        let occasion = self.occasion(context)
        if let only {
            only.record(value, attributes, occasion)
        } else {
            for streams in streamsByReader { for stream in streams { stream.record(value, attributes, occasion) } }
        }
    }

    /// Records what a callback has observed for one reader.
    func observe(_ value: NumberValue, _ attributes: AttributeSet, reader: Int) {
        guard takes(value) else { return }
        for stream in streamsByReader[reader] { stream.record(value, attributes, occasion(nil)) }
    }

    /// Refuses a measurement.
    func reject(_ cause: MeasurementRejections.Cause) {
        if !isShutDown.isSet { rejections.add(cause, descriptor) }
    }

    @inline(__always)
    private func takes(_ value: NumberValue) -> Bool {
        guard takesOnlyNumbers, case .double(let number) = value, !number.isFinite else { return true }
        rejections.add(.notFinite, descriptor)
        return false
    }

    func streams(ofReader reader: Int) -> [MetricStream] { streamsByReader[reader] }

    func reset(_ attributes: AttributeSet) {
        for streams in streamsByReader { for stream in streams { stream.reset(attributes) } }
    }

    func remove(_ attributes: AttributeSet) {
        for streams in streamsByReader { for stream in streams { stream.remove(attributes) } }
    }

    @inline(__always)
    private func occasion(_ context: InstrumentationContext?) -> MetricStream.Occasion? {
        switch exemplarFilter {
        case .alwaysOff: return nil
        case .alwaysOn:
            return MetricStream.Occasion(
                context: context ?? InstrumentationContext.current,
                time: TelemetryClock.wall
            )
        case .traceBased:
            guard let context = context ?? InstrumentationContext.current, let span = context.spanContext,
                span.isSampled, span.isValid
            else { return nil }
            return MetricStream.Occasion(context: context, time: TelemetryClock.wall)
        }
    }
}
