import Glibc

/// Lines of standard output, written whole and in order. Who sends waits until the line is out, so that a client that
/// does not read slows the server down instead of filling its memory.
actor StandardOutput {
    private let descriptor: Int32
    private var pending: [UInt8] = []
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private var isWriting = false

    init(descriptor: Int32 = STDOUT_FILENO) {
        self.descriptor = descriptor
    }

    /// Sends a message.
    func send(_ message: JSONValue) async {
        pending += message.bytes
        pending.append(UInt8(ascii: "\n"))
        if isWriting { return await withCheckedContinuation { waiters.append($0) } }
        isWriting = true
        while !pending.isEmpty {
            let (batch, done) = (pending, waiters)
            pending.removeAll()
            waiters.removeAll()
            let descriptor = descriptor
            await BlockingThread.run { Self.write(batch, to: descriptor) }
            done.forEach { $0.resume() }
        }
        isWriting = false
    }

    /// Writes all of it; what is left is dropped when nobody reads any more.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
