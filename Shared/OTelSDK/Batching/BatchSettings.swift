/// How a batching processor behaves (OpenTelemetry specification, Batching processor).
public struct BatchSettings: Sendable, Hashable {
    /// How many items may wait; what comes beyond is dropped and counted. 2048 by default.
    public var maximumQueueSize = 2_048
    /// How many items leave at once; at most the queue's size. 512 by default.
    public var maximumExportBatchSize = 512
    /// How long an item waits at most before it leaves; 5 s by default.
    public var scheduleDelay: Duration = .seconds(5)
    /// How long exporting one batch may take, with everything that is tried again; 30 s by default, zero for no limit.
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
