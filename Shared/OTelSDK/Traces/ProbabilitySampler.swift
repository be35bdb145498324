import OTLP

/// Records a share of all traces and writes the threshold into tracestate's `ot` member, so that counts can be scaled
/// up later (OpenTelemetry specification, TraceState: Probability Sampling).
public struct ProbabilitySampler: Sampler {
    /// The share, from 2^-56 to 1.
    public let ratio: Double
    private let threshold: UInt64
    private static let span: UInt64 = 1 << 56

    /// Creates the sampler.
    ///
    /// - Parameter ratio: From 0 to 1; what lies outside counts as the nearest of the two.
    public init(ratio: Double) {
        let ratio = ratio.isNaN ? 0 : min(1, max(0, ratio))
        self.ratio = ratio
        threshold = Self.span - UInt64((ratio * Double(Self.span)).rounded())
    }

    /// The name that the specification gives it, with the share.
    public var description: String { "ProbabilitySampler{\(ratio)}" }

    /// Compares the randomness of the trace, given in tracestate's `rv` or by the id's last seven bytes, with the
    /// threshold.
    public func shouldSample(_ request: SamplingRequest) -> SamplingResult {
        var state = request.parent?.traceState ?? TraceState()
        var own = OpenTelemetryTraceState(state["ot"] ?? "")
        let randomness = own.randomness ?? request.traceID.low & (Self.span - 1)
        guard threshold < Self.span, randomness >= threshold else {
            own.threshold = nil
            own.write(to: &state)
            return SamplingResult(.drop, traceState: state)
        }
        own.threshold = threshold
        own.write(to: &state)
        return SamplingResult(.recordAndSample, traceState: state)
    }
}

/// The `ot` member of tracestate: `th:<threshold>;rv:<randomness>` and what others may add.
struct OpenTelemetryTraceState {
    var threshold: UInt64?
    private(set) var randomness: UInt64?
    private var others: [Substring] = []

    init(_ text: String) {
        for part in text.split(separator: ";") {
            if part.hasPrefix("th:") {
                threshold = Self.number(part.dropFirst(3), isPadded: true)
            } else if part.hasPrefix("rv:"), part.utf8.count == 17 {
                randomness = Self.number(part.dropFirst(3), isPadded: false)
            } else {
                others.append(part)
            }
        }
    }

    func write(to state: inout TraceState) {
        var parts: [String] = []
        if let threshold { parts.append("th:\(Self.digits(threshold, trimmed: true))") }
        if let randomness { parts.append("rv:\(Self.digits(randomness, trimmed: false))") }
        parts += others.map(String.init)
        if parts.isEmpty { state.remove("ot") } else { state.set("ot", to: parts.joined(separator: ";")) }
    }

    private static func number(_ text: Substring, isPadded: Bool) -> UInt64? {
        guard !text.isEmpty, text.utf8.count <= 14, let value = UInt64(text, radix: 16) else { return nil }
        return isPadded ? value << UInt64(4 * (14 - text.utf8.count)) : value
    }

    private static func digits(_ value: UInt64, trimmed: Bool) -> String {
        let digits = String(value, radix: 16)
        var text = String(repeating: "0", count: 14 - digits.utf8.count) + digits
        while trimmed, text.utf8.count > 1, text.hasSuffix("0") { text.removeLast() }
        return text
    }
}
