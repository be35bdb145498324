import Glibc
public import Logging
public import ServiceLifecycle

/// Ends the process in good order once it has more memory than it may, so that its supervisor starts a fresh one.
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
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if let memory = ResidentMemory.now, memory.bytes > bytes {
                    logger.error(
                        "Memory limit reached; the process ends and a new one takes over",
                        metadata: ["process.memory.usage": "\(memory.bytes)", "limit": "\(bytes)"]
                    )
                    kill(getpid(), SIGTERM)
                    // The signal ends this wait.
                    try? await Task.sleep(for: .seconds(60))
                }
                try? await Task.sleep(for: interval)
            }
        }
    }
}
