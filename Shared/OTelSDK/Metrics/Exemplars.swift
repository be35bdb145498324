public import OTLP
public import Tracing

/// Which measurements may become exemplars (OpenTelemetry specification, Metrics SDK, ExemplarFilter).
public enum ExemplarFilter: String, Sendable, Hashable {
    /// All of them.
    case alwaysOn = "always_on"
    /// None.
    case alwaysOff = "always_off"
    /// Those that are made within a sampled span.
    case traceBased = "trace_based"
}

/// Keeps a few measurements of a series as examples (OpenTelemetry specification, Metrics SDK, ExemplarReservoir). The
/// series' lock guards it, so that it needs none of its own.
///
/// Attributes that a view takes away from the series still appear in its exemplars.
public protocol ExemplarReservoir {
    /// Offers a measurement to the reservoir.
    ///
    /// - Parameters:
    ///   - value: What was measured.
    ///   - attributes: All attributes of the measurement.
    ///   - filtered: Those that the series does not have.
    ///   - context: The context in which it was measured.
    ///   - time: Nanoseconds since 1970, UTC.
    mutating func offer(
        _ value: NumberValue,
        attributes: AttributeSet,
        filtered: [Attribute],
        context: InstrumentationContext?,
        time: UInt64
    )
    /// Returns the collected exemplars and removes them.
    mutating func collect() -> [Exemplar]
}

extension Exemplar {
    /// A measurement as an exemplar.
    init(_ value: NumberValue, filtered: [KeyValue], context: InstrumentationContext?, time: UInt64) {
        let span = context?.spanContext
        self.init(
            filteredAttributes: filtered,
            time: time,
            value: value,
            spanID: span?.spanID ?? .none,
            traceID: span?.traceID ?? .none
        )
    }
}

/// Keeps a fixed number of measurements, each with the same chance.
public struct SimpleFixedSizeExemplarReservoir: ExemplarReservoir {
    private let size: Int
    private var seen = 0
    private var kept: [Exemplar] = []

    /// Creates a reservoir.
    ///
    /// - Parameter size: How many it keeps; 1 by default.
    public init(size: Int = 1) {
        self.size = max(1, size)
    }

    /// Takes the measurement while there is room, and with falling chance afterwards.
    public mutating func offer(
        _ value: NumberValue,
        attributes: AttributeSet,
        filtered: [Attribute],
        context: InstrumentationContext?,
        time: UInt64
    ) {
        seen += 1
        if kept.count < size {
            kept.append(Exemplar(value, filtered: filtered, context: context, time: time))
            return
        }
        let place = Int(ThreadState.current.pointee.next() % UInt64(seen))
        if place < size { kept[place] = Exemplar(value, filtered: filtered, context: context, time: time) }
    }

    /// Returns the collected exemplars and removes them.
    public mutating func collect() -> [Exemplar] {
        defer {
            kept = []
            seen = 0
        }
        return kept
    }
}

/// Keeps the last measurement of each bucket of a histogram.
public struct AlignedHistogramBucketExemplarReservoir: ExemplarReservoir {
    private let boundaries: [Double]
    private var kept: [Int: Exemplar] = [:]

    /// Creates a reservoir for buckets with these upper bounds.
    public init(boundaries: [Double]) {
        self.boundaries = boundaries
    }

    /// Takes the measurement in place of the one that its bucket had.
    public mutating func offer(
        _ value: NumberValue,
        attributes: AttributeSet,
        filtered: [Attribute],
        context: InstrumentationContext?,
        time: UInt64
    ) {
        kept[HistogramAggregator.bucket(of: value.double, in: boundaries)] =
            Exemplar(value, filtered: filtered, context: context, time: time)
    }

    /// Returns the collected exemplars, by bucket, and removes them.
    public mutating func collect() -> [Exemplar] {
        defer { kept = [:] }
        return kept.sorted { $0.key < $1.key }.map(\.value)
    }
}
