import Synchronization

/// The templates of the requests that are under way, one for each, used again and again.
final class TemplatePool: Sendable {
    private struct State {
        var free: [TelemetryTemplate] = []
        var made: UInt64 = 0
    }

    private let state = Mutex(State())
    private let make: @Sendable (UInt64) -> TelemetryTemplate

    /// Creates a pool.
    ///
    /// - Parameter make: Makes the template with a number.
    init(_ make: @escaping @Sendable (UInt64) -> TelemetryTemplate) {
        self.make = make
    }

    /// Takes a template; it is the caller's alone, so that its body is written over in its place.
    func take() -> TelemetryTemplate {
        let (template, number) = state.withLock { state -> (TelemetryTemplate?, UInt64) in
            if let template = state.free.popLast() { return (template, 0) }
            state.made += 1
            return (nil, state.made)
        }
        return template ?? make(number)
    }

    /// Gives a template back.
    func giveBack(_ template: consuming TelemetryTemplate) {
        let template = template
        state.withLock { $0.free.append(template) }
    }

    /// Makes so many templates beforehand.
    func fill(_ count: Int) {
        let templates = (0..<count).map { _ in take() }
        state.withLock { $0.free += templates }
    }
}
