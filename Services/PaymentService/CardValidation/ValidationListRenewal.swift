import Glibc
import Logging
import ServiceKit
import ServiceLifecycle

/// Ends the process in good order once a list that had grown large is bounded again; its supervisor starts a new one.
///
/// What the list took is scattered over the heap, and a process gives little of that back. A new one begins with none of
/// it: that is how a release that let the list grow is taken back.
struct ValidationListRenewal: Service {
    /// A list that took less than this, in bytes, is not worth a new process.
    static let worthwhile = 4 << 20

    let cache: VisaValidationCache
    let withoutEviction: Weakness
    let logger: Logger
    var interval: Duration = .seconds(1)
    /// Ends the process.
    var end: @Sendable () -> Void = { kill(getpid(), SIGTERM) }

    /// Watches until the service stops.
    func run() async throws {
        try await PeriodicWork(every: interval) {
            guard withoutEviction.intensity == nil, cache.largestBytes >= Self.worthwhile else { return }
            logger.warning(
                "The list of validated payments was large and is bounded again; the process ends and a new one takes over",
                metadata: ["list.bytes": "\(cache.largestBytes)"]
            )
            end()
            // The signal ends this wait.
            try? await Task.sleep(for: .seconds(60))
        }
        .run()
    }
}
