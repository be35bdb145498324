import Synchronization

/// A cache of a factory's instruments: handles are made often, and the meter's own lookup is slow.
final class KnownInstruments: Sendable {
    struct Key: Hashable {
        let label: String
        let kind: InstrumentKind
        let isInteger: Bool
    }

    private struct State {
        var cores: [Key: InstrumentCore] = [:]
        var meters: [String: [AttributeSet: MeterBackend]] = [:]
    }

    private let state = Mutex(State())

    func core(_ key: Key, make: () -> InstrumentCore) -> InstrumentCore {
        if let core = state.withLock({ $0.cores[key] }) { return core }
        let core = make()
        state.withLock { $0.cores[key] = core }
        return core
    }

    func meter(_ label: String, _ attributes: AttributeSet, make: () -> MeterBackend) -> MeterBackend {
        state.withLock { state in
            if let meter = state.meters[label]?[attributes] { return meter }
            let meter = make()
            state.meters[label, default: [:]][attributes] = meter
            return meter
        }
    }

    func forget(_ meter: MeterBackend) {
        state.withLock { $0.meters[meter.series.core.descriptor.name]?[meter.series.attributes] = nil }
    }
}
