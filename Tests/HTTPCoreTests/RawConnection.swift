import CAllocationCounter
import Dispatch
import Glibc

/// A blocking socket of the test's own, to say what no client would say. It blocks a thread of its own, not the tests'.
final class RawConnection: Sendable {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "raw connection")

    init(port: Int, receiveTimeout: Int = 30) {
        descriptor = Self.makeSocket()
        var timeout = timeval(tv_sec: receiveTimeout, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        _ = Self.connect(descriptor, to: port)
    }

    /// A socket that is not connected yet.
    init(unconnected: Void) {
        descriptor = Self.makeSocket()
    }

    func connect(to port: Int) -> Bool {
        Self.connect(descriptor, to: port)
    }

    /// Begins to connect and does not wait for it.
    func startConnecting(to port: Int) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        _ = Self.connect(descriptor, to: port)
    }

    /// Children of this process, which exit tests are, must not keep it open.
    private static func makeSocket() -> Int32 {
        socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    private static func connect(_ descriptor: Int32, to port: Int) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, size) }
        } == 0
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Sends byte by byte, each in a segment of its own.
    func sendSlowly(_ text: String) {
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        for byte in text.utf8 {
            var byte = byte
            _ = Glibc.send(descriptor, &byte, 1, Int32(MSG_NOSIGNAL))
        }
    }

    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Whether the other side's kernel has acknowledged the end of this half.
    var peerKnowsEnd: Bool {
        var info = tcp_info()
        var size = socklen_t(MemoryLayout<tcp_info>.size)
        getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &size)
        // FIN-WAIT-2 (RFC 9293, section 3.3.2).
        return info.tcpi_state == 5
    }

    /// Makes the kernel send a reset instead of an orderly end.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Everything until the server ends the connection.
    func readToEnd() async -> String {
        await withCheckedContinuation { continuation in
            queue.async { @Sendable [self] in continuation.resume(returning: blockingReadToEnd()) }
        }
    }

    private func blockingReadToEnd() -> String {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            all += buffer[..<count]
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// Reads until the text has come so often, or nothing comes any more.
    func read(until text: String, times: Int = 1) async -> String {
        await withCheckedContinuation { continuation in
            queue.async { @Sendable [self] in
                continuation.resume(returning: blockingRead(until: text, times: times))
            }
        }
    }

    func blockingRead(until text: String, times: Int = 1) -> String {
        var all = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while all.split(separator: text, omittingEmptySubsequences: false).count - 1 < times {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            all += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return all
    }

    /// So many bytes, read a few at a time.
    func readBytes(_ count: Int, atOnce limit: Int) async -> [UInt8] {
        await withCheckedContinuation { continuation in
            queue.async { @Sendable [self] in
                var all: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: limit)
                while all.count < count {
                    let received = recv(descriptor, &buffer, min(limit, count - all.count), 0)
                    guard received > 0 else { break }
                    all += buffer[..<received]
                }
                continuation.resume(returning: all)
            }
        }
    }

    /// How many bytes come until the server ends the connection.
    func countToEnd() async -> Int {
        await withCheckedContinuation { continuation in
            queue.async { @Sendable [self] in
                var total = 0
                var buffer = [UInt8](repeating: 0, count: 1 << 20)
                while case let received = recv(descriptor, &buffer, buffer.count, 0), received > 0 { total += received }
                continuation.resume(returning: total)
            }
        }
    }

    /// Sends a request and reads its answer so often, without allocating.
    func exchange(_ request: String, answerLength: Int, times: Int) -> Bool {
        exchange_repeatedly(descriptor, request, request.utf8.count, answerLength, times) == 0
    }
}
