/// Why a channel moves no more bytes.
enum ChannelError: Error, Equatable {
    /// The deadline passed.
    case timedOut
    /// Someone on this side gave the connection up.
    case aborted
    /// The system refused.
    case failed(SystemCallError)
}
