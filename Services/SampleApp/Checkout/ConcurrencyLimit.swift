import Synchronization

/// Runs a limited number of operations at once and rejects further ones, so that slow work does not pile up.
final class ConcurrencyLimit: Sendable {
    private let maximum: Int
    private let running = Atomic<Int>(0)

    init(_ maximum: Int) {
        self.maximum = maximum
    }

    /// Runs an operation, or throws at once when too many run already.
    ///
    /// - Throws: ``Overloaded``, or what the operation throws.
    func run<Value>(_ operation: () async throws -> Value) async throws -> Value {
        let before = running.wrappingAdd(1, ordering: .relaxed).oldValue
        defer { running.wrappingSubtract(1, ordering: .relaxed) }
        guard before < maximum else { throw Overloaded(limit: maximum) }
        return try await operation()
    }
}

/// The limit of concurrent operations is reached.
struct Overloaded: Error, Equatable, CustomStringConvertible {
    let limit: Int
    var description: String { "\(limit) requests of this kind are being served already." }
}
