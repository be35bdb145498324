/// The bytes that arrived on a channel and were not used up yet.
///
/// Not thread-safe, and handed on instead: the connection's task owns it, lends it to the body of the message that is
/// being read, and takes it back before it reads the next head. `IncomingBody` refuses a second reader.
final class InputBuffer: @unchecked Sendable {
    private let channel: Channel
    private var storage: [UInt8] = []
    private var start = 0
    private var end = 0
    /// Whether the last read emptied the socket: there is no point in asking again before it says so.
    private var isDrained = false

    init(channel: Channel) {
        self.channel = channel
    }

    var count: Int { end - start }
    var isEmpty: Bool { start == end }

    /// Shows the bytes that were not used up.
    func withUnread<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let range = start..<end
        let outcome = storage.withUnsafeBufferPointer { bytes -> Swift.Result<Result, Failure> in
            do throws(Failure) {
                return .success(try body(UnsafeBufferPointer(rebasing: bytes[range])))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Marks bytes at the front as used up.
    func consume(_ count: Int) {
        start += count
        if start == end { (start, end) = (0, 0) }
    }

    /// Takes up to so many bytes off the front.
    func take(upTo limit: Int) -> [UInt8] {
        let count = min(limit, self.count)
        let bytes = Array(storage[start..<start + count])
        consume(count)
        return bytes
    }

    /// Gives memory back while the connection has nothing to say.
    func releaseStorage() {
        if isEmpty { storage = [] }
    }

    /// Reads what is there, without waiting: `true` when bytes came, `nil` when none are there, `false` at the end.
    func fillAvailable() throws(ChannelError) -> Bool? {
        makeRoom()
        let room = storage.count - end
        let channel = channel
        let end = end
        let outcome = storage.withUnsafeMutableBytes { bytes -> Result<Int?, ChannelError> in
            do throws(ChannelError) {
                return .success(
                    try channel.readAvailable(into: UnsafeMutableRawBufferPointer(rebasing: bytes[end...]))
                )
            } catch {
                return .failure(error)
            }
        }
        guard let count = try outcome.get() else { return nil }
        self.end += count
        isDrained = count < room
        return count > 0
    }

    /// Waits for more bytes; `false` at the end of the stream.
    func fill() async throws(ChannelError) -> Bool {
        if isDrained {
            isDrained = false
            try await channel.waitReadable()
        }
        while true {
            if let came = try fillAvailable() { return came }
            try await channel.waitReadable()
        }
    }

    private func makeRoom() {
        let wanted = 4_096
        guard storage.count - end < wanted else { return }
        if start > 0 {
            storage.withUnsafeMutableBufferPointer { bytes in
                _ = bytes.update(fromContentsOf: Array(bytes[start..<end]))
            }
            (start, end) = (0, end - start)
        }
        if storage.count - end < wanted {
            storage.append(contentsOf: repeatElement(0, count: max(wanted, min(storage.count, 65_536))))
        }
    }
}
