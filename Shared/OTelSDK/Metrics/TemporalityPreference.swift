public import OTLP

/// Since when sums and histograms count (`OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`).
public enum TemporalityPreference: String, Sendable, Hashable {
    /// Since the start.
    case cumulative
    /// Since the collection before, but for up-down counters.
    case delta
    /// As costs the least memory: delta for synchronous counters and histograms.
    case lowMemory = "lowmemory"

    /// The temporality for a kind of instrument.
    @Sendable
    public func temporality(_ kind: InstrumentKind) -> AggregationTemporality {
        switch (self, kind) {
        case (.delta, .counter), (.delta, .observableCounter), (.delta, .histogram), (.lowMemory, .counter),
            (.lowMemory, .histogram):
            .delta
        default: .cumulative
        }
    }
}
