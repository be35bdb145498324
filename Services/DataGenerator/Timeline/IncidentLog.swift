import Synchronization

/// The incidents that are under way and those that are over, for whoever asked to be shown the truth.
final class IncidentLog: Sendable {
    private struct State {
        var current: [IncidentKind] = []
        var finished: [InjectionRecord] = []
    }

    private let state = Mutex(State())

    /// What is under way, in the order in which it began.
    var current: [IncidentKind] { state.withLock { $0.current } }

    /// What is over, in the order in which it ended.
    var finished: [InjectionRecord] { state.withLock { $0.finished } }

    func begin(_ kind: IncidentKind) {
        state.withLock { $0.current.append(kind) }
    }

    func end(_ kind: IncidentKind, _ record: InjectionRecord) {
        state.withLock { state in
            if let index = state.current.firstIndex(of: kind) { state.current.remove(at: index) }
            state.finished.append(record)
        }
    }
}
