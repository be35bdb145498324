/// The times at which counters that are made from tables have samples.
///
/// A counter starts from 0 some steps before the span that is asked for: any increase within the span is right, and the
/// first sample in it is no beginning, which `rate` would not look beyond.
struct CounterGrid {
    /// So many steps before a span have to be read too.
    static let leadingSteps: Int64 = 4

    private let from: Int64
    private let step: Int64
    /// The first sample, of the value 0.
    private let start: Int64
    /// How many samples follow it; negative when there is none at all.
    private let count: Int64

    /// A grid for a span.
    ///
    /// - Parameters:
    ///   - step: Milliseconds between two samples.
    ///   - first: The start of the first step that anything happened in.
    ///   - now: No sample is later than this.
    init(_ span: TimeSpan, step: Int64, first: Int64, now: Int64) {
        from = span.from
        self.step = step
        start = max(Self.lead(of: span, step: step).from, first)
        let end = min(span.through, now)
        count = end < start ? -1 : (end - start) / step
    }

    /// What has to be read for a span.
    static func lead(of span: TimeSpan, step: Int64) -> TimeSpan {
        TimeSpan(from: max(0, span.from - span.from % step - leadingSteps * step), through: span.through)
    }

    /// The times of all samples in the span.
    var timestamps: [Int64] {
        count < 0 ? [] : (0...count).map { start + $0 * step }.filter { $0 >= from }
    }

    /// The counter's values in the span, of what was added in each step by the step's start.
    func values(_ added: [Int64: Double]) -> [Double] {
        guard count >= 0 else { return [] }
        var total = 0.0
        var values: [Double] = []
        values.reserveCapacity(Int(count) + 1)
        for index in 0...count {
            let time = start + index * step
            if time >= from { values.append(total) }
            total += added[time] ?? 0
        }
        return values
    }
}
