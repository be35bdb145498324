import Glibc

/// A regular file that is open for reading, with what its validators are made of.
final class OpenFile: Sendable {
    let path: String
    let size: Int
    let modifiedSecond: Int
    let entityTag: String
    private let descriptor: Int32

    /// Opens a file, unless it is none or lies outside of a folder once links are resolved.
    init?(_ path: String, below folder: String) {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        self.path = String(cString: resolved)
        guard self.path.hasPrefix(folder == "/" ? "/" : folder + "/") else { return nil }
        // Non-blocking, so that a named pipe in the folder cannot hold the thread.
        descriptor = open(resolved, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        size = status.st_size
        modifiedSecond = status.st_mtim.tv_sec
        let parts = [status.st_ino, UInt(bitPattern: status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec)]
        entityTag =
            "\"" + parts.map { String($0, radix: 36) }.joined(separator: "-") + "-" + String(size, radix: 36) + "\""
    }

    deinit {
        close(descriptor)
    }

    var lastModified: String { HTTPDate(second: modifiedSecond).text }

    /// Up to so many bytes from a position on; none at the end or when reading fails.
    func read(_ count: Int, at position: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var result: Int
            repeat {
                result = pread(descriptor, buffer.baseAddress, count, position)
            } while result < 0 && errno == EINTR
            filled = max(0, result)
        }
    }
}
