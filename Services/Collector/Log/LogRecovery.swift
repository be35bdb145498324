/// What a log's segments tell after a restart.
struct LogRecovery: Sendable {
    private(set) var catalog = LogCatalog()
    /// The sequence number of the last record that was found.
    private(set) var lastSequence: UInt64 = 0
    /// Records that cannot be read any more, by the gaps in their numbers.
    private(set) var lostRecords = 0
    /// Bytes that are no record.
    private(set) var damagedBytes = 0
    /// Where the last segment ends in a record that was never completed, and how many bytes of it there are.
    private(set) var tornTail: (segment: UInt64, offset: Int, bytes: Int)?

    /// Reads one segment after those before it.
    mutating func read(_ bytes: UnsafeRawBufferPointer, segment number: UInt64, isLast: Bool) {
        catalog.begin(segment: number)
        var scanner = LogScanner(bytes)
        var size = bytes.count
        while let finding = scanner.next() {
            switch finding {
            case .record(let frame, let payload):
                if lastSequence > 0, frame.sequence > lastSequence + 1 {
                    lostRecords += Int(clamping: frame.sequence - lastSequence - 1)
                }
                lastSequence = max(lastSequence, frame.sequence)
                catalog.add(frame, at: payload.lowerBound - LogFrame.headSize)
            case .damaged(let range): damagedBytes += range.count
            case .torn(let range) where isLast:
                tornTail = (number, range.lowerBound, range.count)
                size = range.lowerBound
            case .torn(let range): damagedBytes += range.count
            }
        }
        catalog.setSize(size)
    }
}
