/// One direction of a channel: whether it is ready, and who waits until it is.
///
/// Readiness is edge-triggered. An event that arrives while no task waits is remembered, so that a task that begins to
/// wait right afterwards does not miss it. At most one task waits: a second one is told so, and the first keeps its
/// place.
struct Readiness<Waiter> {
    private enum State {
        /// Nothing happened since the last wait.
        case quiet
        /// An event arrived while no task waited.
        case ready
        case awaited(Waiter, until: MonotonicTime)
    }

    /// The answer to a task that wants to wait.
    enum Wait {
        /// It need not wait.
        case ready
        /// It is woken later, exactly once.
        case suspended
        /// Another task waits already.
        case taken
    }

    private var state = State.quiet

    /// When the task that waits gives up; `nil` while no task waits.
    var deadline: MonotonicTime? {
        if case .awaited(_, let deadline) = state { deadline } else { nil }
    }

    mutating func wait(_ waiter: Waiter, until deadline: MonotonicTime) -> Wait {
        switch state {
        case .quiet:
            state = .awaited(waiter, until: deadline)
            return .suspended
        case .ready:
            state = .quiet
            return .ready
        case .awaited: return .taken
        }
    }

    /// Something happened; who is to be woken.
    mutating func signal() -> Waiter? {
        if case .awaited(let waiter, _) = state {
            state = .quiet
            return waiter
        }
        state = .ready
        return nil
    }

    /// Takes out the task whose time is over.
    mutating func expire(at now: MonotonicTime) -> Waiter? {
        guard case .awaited(let waiter, let deadline) = state, deadline <= now else { return nil }
        state = .quiet
        return waiter
    }

    /// Takes out the task that waits, since nothing will happen any more.
    mutating func end() -> Waiter? {
        guard case .awaited(let waiter, _) = state else { return nil }
        state = .quiet
        return waiter
    }
}
