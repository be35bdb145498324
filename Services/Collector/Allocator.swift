import CLinux

/// How the C library's allocator keeps memory.
///
/// A batch of some ten megabytes comes and goes every second. By itself the allocator gives such blocks back to the
/// system and asks for them again, page by page, and has a pool for each thread that ever needed one: that took a sixth
/// of the collector's processor time and half of its memory. What an outage needed is given back when it is over
/// (``Lane``).
enum Allocator {
    private static let kept: Int32 = 256 << 20
    /// The largest threshold that the C library takes.
    private static let largestPooled: Int32 = 32 << 20
    private static let pools: Int32 = 2

    /// Sets that up. It has to come before the first thread.
    static func configure() {
        _ = mallopt(M_TRIM_THRESHOLD, kept)
        _ = mallopt(M_MMAP_THRESHOLD, largestPooled)
        _ = mallopt(M_ARENA_MAX, pools)
    }
}
