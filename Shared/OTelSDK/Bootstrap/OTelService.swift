public import ServiceLifecycle

/// Exports what the SDK records while it runs, and flushes on shutdown.
///
/// Put it first in the service group: it then stops last, when nothing records any more.
public struct OTelService: Service {
    /// The providers that it flushes.
    public let providers: OTelProviders

    /// Creates a service around providers.
    public init(providers: OTelProviders) {
        self.providers = providers
    }

    /// Waits for graceful shutdown or cancellation, then exports what is there within the configured time.
    public func run() async throws {
        try? await gracefulShutdown()
        // A task of its own, so that flushing goes on when the service group is cancelled.
        _ = await Task { [providers] in await providers.shutdown() }.value
    }

    /// Exports everything that was recorded so far.
    public func forceFlush(timeout: Duration = .seconds(30)) async -> Outcome {
        await providers.forceFlush(timeout: timeout)
    }

    /// Exports everything that was recorded so far, and records nothing from now on.
    public func shutdown(timeout: Duration? = nil) async -> Outcome {
        await providers.shutdown(timeout: timeout)
    }
}
