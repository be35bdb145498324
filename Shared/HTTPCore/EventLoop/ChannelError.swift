/// Why a channel moves no more bytes.
enum ChannelError: Error, Equatable {
    /// The deadline passed.
    case timedOut
    /// Someone on this side gave the connection up.
    case aborted
    /// Another task waits for the same; it goes on, and so does the channel.
    case inUse
    /// The system refused.
    case failed(SystemCallError)
}
