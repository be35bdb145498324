package import RunJournal
import Synchronization

/// The incidents that are under way and those that are over, for the live view and the summary.
package final class IncidentLog: Sendable {
    private struct State {
        var current: [IncidentKind] = []
        var finished: [Injection] = []
    }

    private let state = Mutex(State())

    /// Creates an empty log.
    package init() {}

    /// What is under way, in the order in which it began.
    package var current: [IncidentKind] { state.withLock { $0.current } }

    /// What is over, in the order in which it ended.
    package var finished: [Injection] { state.withLock { $0.finished } }

    package func begin(_ kind: IncidentKind) {
        state.withLock { $0.current.append(kind) }
    }

    package func end(_ kind: IncidentKind, _ record: Injection) {
        state.withLock { state in
            if let index = state.current.firstIndex(of: kind) { state.current.remove(at: index) }
            state.finished.append(record)
        }
    }
}
