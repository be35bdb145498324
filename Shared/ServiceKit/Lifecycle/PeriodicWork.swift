public import Logging
public import ServiceLifecycle

/// Does something again and again for as long as the service runs.
///
/// A failure is logged and the work is done again after the usual pause. When the service stops, the work's task is
/// cancelled.
public struct PeriodicWork: Service {
    private let interval: Duration
    private let work: @Sendable () async -> Void

    /// Creates work that begins at once and cannot fail.
    ///
    /// - Parameters:
    ///   - interval: The pause between the end of the work and its next beginning.
    ///   - work: What is to be done.
    public init(every interval: Duration, _ work: @escaping @Sendable () async -> Void) {
        self.interval = interval
        self.work = work
    }

    /// Creates work that begins at once.
    ///
    /// - Parameters:
    ///   - interval: The pause between the end of the work and its next beginning.
    ///   - logger: Where failures go.
    ///   - level: At which level; error by default.
    ///   - failure: What is said of a failure, such as "Reservations could not be expired; trying again".
    ///   - work: What is to be done.
    public init(
        every interval: Duration,
        logger: Logger,
        level: Logger.Level = .error,
        failure: Logger.Message,
        _ work: @escaping @Sendable () async throws -> Void
    ) {
        self.init(every: interval) {
            do {
                try await work()
            } catch {
                if !Task.isCancelled { logger.log(level: level, failure, metadata: ["cause": "\(error)"]) }
            }
        }
    }

    /// Works until the service stops.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await work()
                try? await Task.sleep(for: interval)
            }
        }
    }
}
