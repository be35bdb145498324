import Synchronization

/// A weakness of a real mechanism that an operator can arm for a while.
///
/// The mechanism asks for ``intensity`` in its everyday code path. Armed, the weakness ends by itself when its time is
/// over; a configuration that makes it impossible keeps it from being armed at all.
public final class Weakness: Sendable {
    /// The parameters of arming.
    public struct Arming: Sendable, Equatable {
        /// How strong, in the unit that the mechanism documents.
        public let intensity: Double
        /// When it ends by itself.
        public let end: ContinuousClock.Instant
    }

    /// The name on the control listener. It never reaches telemetry.
    public let name: String
    /// Which intensities the mechanism accepts.
    public let range: ClosedRange<Double>
    /// The intensity when the operator names none.
    public let standard: Double
    /// Whether the configuration has made it impossible.
    public let isFixed: Bool

    private let arming = Mutex<Arming?>(nil)

    /// Creates a weakness that is not armed.
    public init(_ name: String, range: ClosedRange<Double>, standard: Double, isFixed: Bool) {
        precondition(range.contains(standard), "The standard intensity must be in range.")
        self.name = name
        self.range = range
        self.standard = standard
        self.isFixed = isFixed
    }

    /// What it is armed with right now; `nil` when it is not, or its time is over.
    public var current: Arming? {
        arming.withLock { arming in
            if let end = arming?.end, end <= .now { arming = nil }
            return arming
        }
    }

    /// The current intensity; `nil` when it is not armed.
    public var intensity: Double? { current?.intensity }

    /// Arms it for a time; arming it again replaces the former intensity and time.
    public func arm(intensity: Double, for time: Duration) {
        precondition(!isFixed && range.contains(intensity), "The listener checks this first.")
        arming.withLock { $0 = Arming(intensity: intensity, end: .now + time) }
    }

    /// Ends it now.
    public func disarm() {
        arming.withLock { $0 = nil }
    }
}
