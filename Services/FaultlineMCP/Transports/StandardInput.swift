import Glibc

/// Lines of standard input, each a message (MCP, *Transports*, stdio).
actor StandardInput {
    /// What came.
    enum Line: Sendable {
        case message([UInt8])
        /// A line that is longer than allowed; it was read over.
        case tooLong
    }

    private let descriptor: Int32
    private let longest: Int
    private var buffer: [UInt8] = []
    private var searched = 0
    private var isSkipping = false
    private var hasEnded = false

    init(descriptor: Int32 = STDIN_FILENO, longest: Int = 1 << 20) {
        self.descriptor = descriptor
        self.longest = longest
    }

    /// The next line that is not empty; `nil` at the end.
    func next() async -> Line? {
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                var line = Array(buffer[..<end])
                buffer.removeFirst(end + 1)
                searched = 0
                if line.last == UInt8(ascii: "\r") { line.removeLast() }
                if isSkipping {
                    isSkipping = false
                    return .tooLong
                }
                if line.isEmpty { continue }
                return line.count > longest ? .tooLong : .message(line)
            }
            searched = buffer.count
            if buffer.count > longest {
                isSkipping = true
                buffer.removeAll()
                searched = 0
            }
            // A last line without its end is no message.
            guard !hasEnded else { return nil }
            let descriptor = descriptor
            let more = await BlockingThread.run { () -> [UInt8] in
                var bytes = [UInt8](repeating: 0, count: 65_536)
                var count = 0
                repeat { count = read(descriptor, &bytes, bytes.count) } while count < 0 && errno == EINTR
                return Array(bytes.prefix(max(0, count)))
            }
            hasEnded = more.isEmpty
            buffer += more
        }
    }
}
