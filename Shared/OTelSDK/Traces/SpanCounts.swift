/// How many spans were started, and how many are under way.
final class SpanCounts: Sendable {
    /// By decision (drop, record only, record and sample) and by parent (none, local, remote); then those that ended.
    private let counters = StripedCounters(count: 11)
    private static let sampledEnded = 9
    private static let recordedEnded = 10

    @inline(__always)
    func started(_ decision: SamplingDecision, parent: SpanContext?, stripe: Int) {
        let origin = if let parent { parent.isRemote ? 2 : 1 } else { 0 }
        counters.add(1, to: Self.index(decision) * 3 + origin, stripe: stripe)
    }

    @inline(__always)
    func ended(isSampled: Bool) {
        let stripe = ThreadState.current.pointee.stripe
        counters.add(1, to: isSampled ? Self.sampledEnded : Self.recordedEnded, stripe: stripe)
    }

    func started(_ decision: SamplingDecision, parentIndex: Int) -> Int {
        counters.value(of: Self.index(decision) * 3 + parentIndex)
    }

    func live(_ decision: SamplingDecision) -> Int {
        guard decision != .drop else { return 0 }
        let ended = counters.value(of: decision == .recordAndSample ? Self.sampledEnded : Self.recordedEnded)
        return max(0, (0..<3).reduce(0) { $0 + started(decision, parentIndex: $1) } - ended)
    }

    @inline(__always)
    private static func index(_ decision: SamplingDecision) -> Int {
        switch decision {
        case .drop: 0
        case .recordOnly: 1
        case .recordAndSample: 2
        }
    }
}
