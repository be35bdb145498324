/// What the exporters of all signals have in common.
public protocol TelemetryExporter: Sendable {
    /// Sends what it has kept, if it keeps anything.
    func forceFlush(timeout: Duration) async -> Outcome
    /// Sends what it has kept and refuses what comes later.
    func shutdown(timeout: Duration) async -> Outcome
}

extension TelemetryExporter {
    /// Nothing is kept.
    public func forceFlush(timeout: Duration) async -> Outcome { .success }
    /// There is nothing to end.
    public func shutdown(timeout: Duration) async -> Outcome { .success }
}
