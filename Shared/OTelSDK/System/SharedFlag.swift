import Synchronization

/// An atomic flag that several objects share.
final class SharedFlag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    /// Sets it; whether it was set before.
    func set() -> Bool { value.exchange(true, ordering: .acquiringAndReleasing) }
}
