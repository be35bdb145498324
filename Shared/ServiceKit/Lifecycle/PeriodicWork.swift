public import Logging
public import ServiceLifecycle

/// Does something again and again for as long as the service runs.
///
/// A failure is logged and the work is done again after the usual pause. When the service stops, the work's task is
/// cancelled.
public struct PeriodicWork: Service {
    private let interval: Duration
    private let failure: Logger.Message
    private let logger: Logger
    private let work: @Sendable () async throws -> Void

    /// Creates work that begins at once.
    ///
    /// - Parameters:
    ///   - interval: The pause between the end of the work and its next beginning.
    ///   - logger: Where failures go.
    ///   - failure: What is said of a failure, such as "Reservations could not be expired; trying again".
    ///   - work: What is to be done.
    public init(
        every interval: Duration,
        logger: Logger,
        failure: Logger.Message,
        _ work: @escaping @Sendable () async throws -> Void
    ) {
        self.interval = interval
        self.logger = logger
        self.failure = failure
        self.work = work
    }

    /// Works until the service stops.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await work()
                } catch {
                    if !Task.isCancelled { logger.error(failure, metadata: ["cause": "\(error)"]) }
                }
                try? await Task.sleep(for: interval)
            }
        }
    }
}
