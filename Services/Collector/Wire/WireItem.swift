/// A span or a log record as it lies in a body. It is filled again for each item, so that its lists keep their memory.
protocol WireItem {
    init()

    /// Reads the message that a field holds.
    mutating func read(_ message: WireReader) throws(WireError)

    /// When it happened, or is taken to have happened.
    func time(_ times: StorableTimes) -> UInt64

    /// Why it cannot be stored; `nil` when it can.
    func rejection(_ times: StorableTimes) -> Rejection?

    /// About how many bytes it takes as a row, without its source.
    var rowBytes: Int { get }
}
