import Logging
import Metrics
import ServiceLifecycle

/// Does one kind of work in rounds until the service stops. A round that fails is done again, later each time.
struct Rounds: Service {
    private let work: String
    private let interval: Duration
    private let logger: Logger
    private let round: @Sendable () async throws -> Void
    private let failures: Counter

    /// So many failures in a row, some seconds, are worth a word: an endpoint that starts at the same time takes as long.
    private static let worthTelling = 5

    /// Creates rounds.
    ///
    /// - Parameters:
    ///   - work: What it is, for messages and metrics.
    ///   - interval: The pause after a round.
    ///   - round: The work; it takes up where it was.
    init(_ work: String, every interval: Duration, logger: Logger, _ round: @escaping @Sendable () async throws -> Void)
    {
        self.work = work
        self.interval = interval
        self.logger = logger
        self.round = round
        failures = Counter(label: "embedding.failures", dimensions: [("work", work)])
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var backoff = Backoff()
            while !Task.isCancelled {
                do {
                    try await round()
                    if backoff.failures >= Self.worthTelling {
                        logger.notice("It works again", metadata: ["work": "\(work)"])
                    }
                    backoff = Backoff()
                    try? await Task.sleep(for: interval)
                } catch {
                    guard !Task.isCancelled else { return }
                    failures.increment()
                    backoff.failures += 1
                    // Once: what is away for an hour is no news every half minute.
                    if backoff.failures == Self.worthTelling {
                        logger.warning(
                            "It will be tried again until it works",
                            metadata: ["work": "\(work)", "cause": "\(error)"]
                        )
                    }
                    let asked = (error as? EmbeddingError)?.retryAfter
                    try? await Task.sleep(for: backoff.delay(asked: asked))
                }
            }
        }
    }
}
