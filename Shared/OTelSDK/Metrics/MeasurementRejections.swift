import Synchronization

/// Counts the measurements that instruments refuse because they would corrupt a sum.
final class MeasurementRejections: Sendable {
    /// Why a measurement is refused.
    enum Cause: Int, CaseIterable, Sendable {
        /// NaN or infinite, after which a sum could never be finite again.
        case notFinite
        /// The sum would be larger than its type can hold; it stays at the largest value.
        case overflow
        /// A counter only grows.
        case negative

        /// The value of `error.type`.
        var name: String {
            switch self {
            case .notFinite: "not_finite"
            case .overflow: "overflow"
            case .negative: "negative"
            }
        }

        fileprivate func message(_ instrument: InstrumentDescriptor) -> String {
            switch self {
            case .notFinite: "The instrument \(instrument.name) does not take NaN or infinite values."
            case .overflow: "The sum of the instrument \(instrument.name) stays at the largest value that it can have."
            case .negative: "The counter \(instrument.name) does not take negative amounts."
            }
        }
    }

    /// The most instruments that are reported.
    private static let maximumTold = 1_000
    private let told = Mutex<Set<String>>([])
    private let counts = StripedCounters(count: Cause.allCases.count)

    func count(of cause: Cause) -> Int { counts.value(of: cause.rawValue) }

    /// Adds one, and says so the first time.
    @inline(never)
    func add(_ cause: Cause, _ instrument: InstrumentDescriptor) {
        counts.add(1, to: cause.rawValue, stripe: ThreadState.current.pointee.stripe)
        let message = cause.message(instrument)
        let isNew = told.withLock { $0.count < Self.maximumTold && $0.insert(message).inserted }
        if isNew { Diagnostics.report(.warning, message) }
    }
}
