/// Durations as queries write them.
public enum LogQLDuration {
    /// Nanoseconds of `1h30m`, `1.5s` or `2d`; `nil` for a text that is no duration, or a longer one than 64 bits can hold.
    public static func nanoseconds(_ text: String) -> Int64? {
        guard let nanoseconds = Quantity.nanoseconds(text) else { return nil }
        return Int64(exactly: nanoseconds.rounded())
    }
}
