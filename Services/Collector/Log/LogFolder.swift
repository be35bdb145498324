import Glibc

/// The folder of a collector's logs: who it belongs to, and which segments are in it.
///
///     collector-id           what ClickHouse knows this collector's inserts by
///     lock                   held while a collector uses the folder
///     spans/00000001.wal     the segments of each signal, numbered in order
///     log_records/...
///     metric_points/...
final class LogFolder: Sendable {
    let path: String
    /// A random name, kept in the folder, so that the inserts of several collectors are never taken for one another's.
    let collectorID: String
    private let lock: Int32

    /// Opens the folder, and makes it where it is missing.
    ///
    /// - Throws: ``LogError`` when it cannot be written, or another process uses it.
    init(_ path: String) throws(LogError) {
        self.path = path
        try Self.make(path)
        lock = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .failed(path) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw .inUse(path: path)
        }
        do throws(LogError) {
            collectorID = try Self.identity(in: path)
        } catch {
            close(lock)
            throw error
        }
    }

    deinit {
        close(lock)
    }

    /// The folder of a signal's segments.
    func segments(of signal: Signal) throws(LogError) -> SegmentFolder {
        let folder = SegmentFolder(path: "\(path)/\(signal.rawValue)")
        try Self.make(folder.path)
        return folder
    }

    private static func make(_ path: String) throws(LogError) {
        var prefix = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            prefix += "/" + part
            guard mkdir(prefix, 0o700) == 0 || errno == EEXIST else { throw .failed(prefix) }
        }
        guard access(path, W_OK | X_OK) == 0 else { throw .failed(path) }
    }

    private static func identity(in folder: String) throws(LogError) -> String {
        let path = folder + "/collector-id"
        if let bytes = FileBytes(path) {
            let text = String(decoding: bytes.buffer, as: UTF8.self).filter { !$0.isNewline }
            if text.utf8.count == 32, text.allSatisfy(\.isHexDigit) { return text }
        }
        let identity = (0..<16).map { _ in
            let text = String(UInt8.random(in: 0...255), radix: 16)
            return text.utf8.count == 1 ? "0" + text : text
        }.joined()
        let temporary = path + ".new"
        unlink(temporary)
        let file = try SegmentFile(creating: temporary)
        try file.append([], Array((identity + "\n").utf8))
        try file.sync()
        guard rename(temporary, path) == 0 else { throw .failed(path) }
        SegmentFolder(path: folder).sync()
        return identity
    }
}

/// The segments of one log.
struct SegmentFolder: Sendable {
    let path: String

    /// The path of a segment.
    func file(_ number: UInt64) -> String {
        let digits = String(number)
        return "\(path)/" + String(repeating: "0", count: max(0, 10 - digits.count)) + digits + ".wal"
    }

    /// The numbers of the segments that are there, in order.
    func numbers() -> [UInt64] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var numbers: [UInt64] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".wal"), let number = UInt64(name.dropLast(4)) { numbers.append(number) }
        }
        return numbers.sorted()
    }

    /// Deletes a segment.
    func remove(_ number: UInt64) {
        unlink(file(number))
    }

    /// Cuts a segment off behind its last whole record.
    func cut(_ number: UInt64, to size: Int) {
        _ = truncate(file(number), off_t(size))
    }

    /// Makes files that were made or deleted survive a loss of power.
    func sync() {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Reads the requests of a batch.
    ///
    /// - Throws: ``LogError`` when a segment cannot be read. Records that are damaged are left out.
    func requests(of batch: LogCatalog.Batch) throws(LogError) -> [StoredRequest] {
        var requests: [StoredRequest] = []
        for number in batch.first.segment...batch.end.segment {
            guard let bytes = FileBytes(file(number)) else { throw .failed(file(number)) }
            let start = number == batch.first.segment ? batch.first.offset : 0
            let end = number == batch.end.segment ? batch.end.offset : bytes.buffer.count
            var scanner = LogScanner(
                UnsafeRawBufferPointer(rebasing: bytes.buffer[..<min(end, bytes.buffer.count)]),
                from: start
            )
            while let finding = scanner.next() {
                guard case .record(let frame, let payload) = finding, frame.kind == .request, frame.batch == batch.id
                else { continue }
                requests.append(
                    StoredRequest(arrival: frame.arrival, body: Array(bytes.buffer[payload]), isOwn: frame.isOwn)
                )
            }
        }
        return requests
    }
}

/// The bytes of a file, mapped into memory: reading a log takes no memory of its own.
final class FileBytes {
    let buffer: UnsafeRawBufferPointer

    /// Opens a file; `nil` when that fails, which `errno` tells.
    init?(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        let size = Int(status.st_size)
        guard size > 0 else {
            buffer = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            return nil
        }
        buffer = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit {
        if let start = buffer.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), buffer.count) }
    }
}
