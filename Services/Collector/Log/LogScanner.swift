/// Finds the records of a segment, whatever became of its bytes.
///
/// A record with a damaged payload is left out; behind a damaged head the scanner looks for the next mark. So one flipped
/// bit costs one record, and what a crash cut off at the end is never taken for a record.
struct LogScanner {
    /// What is found, in order.
    enum Finding: Equatable {
        /// A whole record, and where its payload is.
        case record(LogFrame, payload: Range<Int>)
        /// Bytes that are no record, with more records behind them.
        case damaged(Range<Int>)
        /// Bytes at the end of the segment that are no record, as a crash leaves them.
        case torn(Range<Int>)
    }

    private let bytes: UnsafeRawBufferPointer
    private var position: Int

    /// - Parameter start: Where a record begins.
    init(_ bytes: UnsafeRawBufferPointer, from start: Int = 0) {
        self.bytes = bytes
        position = start
    }

    /// The next finding; `nil` at the end.
    mutating func next() -> Finding? {
        guard position < bytes.count else { return nil }
        let start = position
        if let frame = frame(at: start), frame.payloadLength <= bytes.count - start - LogFrame.headSize {
            let payload = (start + LogFrame.headSize)..<(start + frame.size)
            position = payload.upperBound
            if frame.isIntact(UnsafeRawBufferPointer(rebasing: bytes[payload])) {
                return .record(frame, payload: payload)
            }
            return position < bytes.count ? .damaged(start..<position) : .torn(start..<position)
        }
        // The head is damaged, or its payload never came: the next record is where a whole head is.
        position = nextFrame(after: start) ?? bytes.count
        return position < bytes.count ? .damaged(start..<position) : .torn(start..<position)
    }

    private func frame(at offset: Int) -> LogFrame? {
        LogFrame(head: UnsafeRawBufferPointer(rebasing: bytes[offset...]))
    }

    private func nextFrame(after start: Int) -> Int? {
        var offset = start + 1
        while offset + LogFrame.headSize <= bytes.count {
            if bytes[offset] == LogFrame.mark[0], frame(at: offset) != nil { return offset }
            offset += 1
        }
        return nil
    }
}
