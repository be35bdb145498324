import Glibc
import Synchronization

/// One end of a pipe, closed once and by whoever comes first.
final class Descriptor: Sendable {
    let number: Int32
    private let isClosed = Atomic(false)

    init(_ number: Int32) {
        self.number = number
    }

    deinit { close() }

    func close() {
        if !isClosed.exchange(true, ordering: .relaxed) { Glibc.close(number) }
    }

    /// Waits for some bytes; `nil` when there will be none.
    func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(number, &buffer, buffer.count)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    func readToEnd() -> String {
        defer { close() }
        var all: [UInt8] = []
        while let more = read() { all += more }
        return String(decoding: all, as: UTF8.self)
    }
}
