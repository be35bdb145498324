import OTLP

/// Decides which traces are recorded (OpenTelemetry specification, Trace SDK, Sampling).
public indirect enum Sampler: Sendable, Hashable {
    /// Records everything.
    case alwaysOn
    /// Records nothing.
    case alwaysOff
    /// Records a share of the traces, from 0 to 1, by their ids: every service decides alike.
    case traceIDRatio(Double)
    /// Does what the parent does; asks the given sampler where there is none.
    case parentBased(root: Sampler)

    /// Whether a span of this trace is recorded.
    func samples(traceID: TraceID, parent: SpanContext?) -> Bool {
        switch self {
        case .alwaysOn: return true
        case .alwaysOff: return false
        case .traceIDRatio(let ratio):
            // The random part of the id is its last seven bytes (W3C Trace Context, level 2).
            let random = traceID.low & 0x00FF_FFFF_FFFF_FFFF
            return ratio >= 1 || Double(random) < ratio * 72_057_594_037_927_936
        case .parentBased(let root):
            guard let parent, parent.isValid else { return root.samples(traceID: traceID, parent: nil) }
            return parent.isSampled
        }
    }
}
