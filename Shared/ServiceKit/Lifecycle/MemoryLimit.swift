import Glibc
public import Logging
public import ServiceLifecycle

/// Shuts the process down gracefully when it exceeds a memory limit; its supervisor then starts a new one.
public struct MemoryLimit: Service {
    /// The most resident memory, in bytes.
    public let bytes: Int
    /// How often it looks.
    public var interval: Duration = .seconds(1)
    private let logger: Logger

    /// Creates a limit.
    public init(bytes: Int, logger: Logger) {
        self.bytes = bytes
        self.logger = logger
    }

    /// Watches until the service stops.
    public func run() async throws {
        try await PeriodicWork(every: interval) {
            guard let memory = ResidentMemory.now, memory.bytes > bytes else { return }
            logger.error(
                "Memory limit reached; the process ends and a new one takes over",
                metadata: ["process.memory.usage": "\(memory.bytes)", "limit": "\(bytes)"]
            )
            kill(getpid(), SIGTERM)
            // The signal ends this wait.
            try? await Task.sleep(for: .seconds(60))
        }
        .run()
    }
}
