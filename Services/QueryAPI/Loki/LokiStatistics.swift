/// What Loki's answers say of the work that was done. There are clients that need all of it; what has no counterpart here
/// is 0.
struct LokiStatistics: Sendable {
    private let start = ContinuousClock.now
    private var usage = ReadBudget.Usage()
    private var origin = "records"
    private var lines = 0
    private var seconds = 0.0

    /// The work begins now.
    init() {}

    /// The work is done.
    func ended(_ source: TelemetryLogSource, lines: Int = 0) -> LokiStatistics {
        var copy = self
        copy.usage = source.usage
        copy.origin = source.origin
        copy.lines = lines
        copy.seconds = (ContinuousClock.now - start) / .seconds(1)
        return copy
    }

    /// The member `stats`.
    var text: String {
        func perSecond(_ count: Int) -> Int { seconds > 0 ? Int(Double(count) / seconds) : 0 }
        let store = #"{"totalChunksRef":0,"totalChunksDownloaded":0,"chunksDownloadTime":0}"#
        return """
            {"summary":{"bytesProcessedPerSecond":\(perSecond(usage.bytes)),"linesProcessedPerSecond":\(perSecond(usage.rows)),\
            "totalBytesProcessed":\(usage.bytes),"totalLinesProcessed":\(usage.rows),"execTime":\(seconds),"queueTime":0,\
            "subqueries":0,"totalEntriesReturned":\(lines),"splits":0,"shards":0},"querier":{"store":\(store)},\
            "ingester":{"totalReached":0,"totalChunksMatched":0,"totalBatches":0,"totalLinesSent":0,"store":\(store)},\
            "source":"\(origin)"}
            """
    }
}
