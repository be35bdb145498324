import Synchronization

/// A flag that several objects look at.
final class SharedFlag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    /// Sets it; whether it was set before.
    func set() -> Bool { value.exchange(true, ordering: .acquiringAndReleasing) }
}
