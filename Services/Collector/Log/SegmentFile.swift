import Glibc

/// A segment's file while records are added to it. Only the log's thread uses it.
final class SegmentFile {
    let path: String
    private let descriptor: Int32
    /// Where the next record begins.
    private(set) var size: Int
    /// Whether bytes were written since the last ``sync()``.
    private(set) var isDirty = false

    /// Makes a segment.
    init(creating path: String) throws(LogError) {
        self.path = path
        size = 0
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failed(path) }
    }

    deinit {
        close(descriptor)
    }

    /// Writes a record at the end, or nothing of it.
    func append(_ head: [UInt8], _ payload: [UInt8]) throws(LogError) {
        isDirty = true
        do throws(LogError) {
            try write(head, at: size)
            try write(payload, at: size + head.count)
        } catch {
            truncate(to: size)
            throw error
        }
        size += head.count + payload.count
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(LogError) {
        let failure = bytes.withUnsafeBytes { bytes -> LogError? in
            var written = 0
            while written < bytes.count {
                let part = UnsafeRawBufferPointer(rebasing: bytes[written...])
                let count = pwrite(descriptor, part.baseAddress, part.count, off_t(offset + written))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return .failed(path) }
                written += count
            }
            return nil
        }
        if let failure { throw failure }
    }

    /// Takes back everything from an offset on.
    func truncate(to offset: Int) {
        // If this fails too, the scanner finds its way over what is left.
        _ = ftruncate(descriptor, off_t(offset))
        size = offset
    }

    /// Returns once the disk has everything.
    func sync() throws(LogError) {
        guard isDirty else { return }
        guard fdatasync(descriptor) == 0 else { throw .failed(path) }
        isDirty = false
    }

    /// The file for a thread that only syncs it; what is written from now on is not meant.
    func forSyncing() -> SyncedFile? {
        let copy = dup(descriptor)
        guard copy >= 0 else { return nil }
        isDirty = false
        return SyncedFile(path: path, descriptor: copy)
    }
}

/// A segment's file in the hands of a thread that only syncs it.
final class SyncedFile: Sendable {
    private let path: String
    private let descriptor: Int32

    fileprivate init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Returns once the disk has everything; what went wrong, if anything did.
    func sync() -> LogError? {
        fdatasync(descriptor) == 0 ? nil : .failed(path)
    }
}

extension LogError {
    /// The error that the last system call left in `errno`.
    static func failed(_ path: String) -> LogError {
        .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
}
