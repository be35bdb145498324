/// How a batching processor behaves (OpenTelemetry specification, Batching processor).
public struct BatchSettings: Sendable, Hashable {
    /// The most items that may wait; further ones are dropped and counted. 2048 by default.
    public var maximumQueueSize = 2_048
    /// The most items in one export; at most the queue's size. 512 by default.
    public var maximumExportBatchSize = 512
    /// The longest that an item waits before it is exported; 5 s by default.
    public var scheduleDelay: Duration = .seconds(5)
    /// How long exporting one batch may take, retries included; 30 s by default, zero for no limit.
    public var exportTimeout: Duration = .seconds(30)

    /// The defaults for spans.
    public init() {}

    /// The defaults for log records, which wait one second at most.
    public static var logs: BatchSettings {
        var settings = BatchSettings()
        settings.scheduleDelay = .seconds(1)
        return settings
    }
}
