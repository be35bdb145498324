import Glibc

/// Times as clients see them (RFC 3339), in UTC and whole seconds.
enum RFC3339 {
    /// - Parameter moment: Seconds since 1970.
    static func text(of moment: Double) -> String {
        var second = time_t(moment.rounded(.down))
        var parts = tm()
        gmtime_r(&second, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { text in
            let count = strftime(text.baseAddress!, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
            return String(decoding: UnsafeRawBufferPointer(text).prefix(count), as: UTF8.self)
        }
    }
}
