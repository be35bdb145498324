/// When what was written is brought to the disk itself.
///
/// Every policy keeps what was acknowledged when the collector ends, in whatever way: the operating system has it. They
/// differ in what a loss of power or a crash of the operating system may take.
enum SyncPolicy: Sendable, Equatable {
    /// Before each acknowledgement; requests that arrive together share one `fdatasync`. Nothing is ever lost, and
    /// nothing is stored twice.
    case always
    /// Every so often: what was acknowledged since may be lost, and batches that were sent since may be sent again,
    /// which ClickHouse recognizes by their tokens.
    case interval(Duration)
    /// When the operating system likes, as a rule within half a minute.
    case never
}

/// What a log may use, and how.
struct LogLimits: Sendable, Equatable {
    /// How many bytes all segments may have.
    var bytes: Int
    /// After how many bytes a segment ends; only whole segments can be deleted.
    var segmentBytes = 32 << 20
    var sync = SyncPolicy.interval(.seconds(1))
}
