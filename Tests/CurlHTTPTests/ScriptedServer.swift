import Glibc
import Synchronization

/// A TCP server that does to its clients what a test says, on a thread for each connection.
final class ScriptedServer: Sendable {
    let port: Int
    private let listener: Int32
    private let counts = Mutex((connections: 0, closedByClient: 0))

    /// How many connections were accepted.
    var connections: Int { counts.withLock { $0.connections } }
    /// How many connections the client ended.
    var closedByClient: Int { counts.withLock { $0.closedByClient } }

    init(_ script: @escaping @Sendable (borrowing Connection) -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 128) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard isListening else { throw Failure(errno: errno) }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        let accepting = Unmanaged.passRetained(Acceptor(listener: listener, server: self, script: script))
        spawnThread { accepting.takeRetainedValue().run() }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    var url: String { "http://127.0.0.1:\(port)" }

    struct Failure: Error {
        let errno: Int32
    }

    fileprivate func count(closedByClient: Bool) {
        counts.withLock { if closedByClient { $0.closedByClient += 1 } else { $0.connections += 1 } }
    }

    private final class Acceptor: Sendable {
        private let listener: Int32
        private let script: @Sendable (borrowing Connection) -> Void
        private let count: @Sendable (Bool) -> Void

        init(listener: Int32, server: ScriptedServer, script: @escaping @Sendable (borrowing Connection) -> Void) {
            self.listener = listener
            self.script = script
            count = { [weak server] in server?.count(closedByClient: $0) }
        }

        func run() {
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { break }
                count(false)
                let script = script
                let count = count
                spawnThread { script(Connection(descriptor: descriptor, clientClosed: { count(true) })) }
            }
            close(listener)
        }
    }
}

/// One accepted connection; it closes when the script returns.
struct Connection: ~Copyable {
    let descriptor: Int32
    let clientClosed: @Sendable () -> Void

    deinit {
        close(descriptor)
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// The next bytes; 0 or less when there are no more.
    func receive(_ buffer: inout [UInt8]) -> Int {
        recv(descriptor, &buffer, buffer.count, 0)
    }

    /// The next request, head and body by its Content-Length; `nil` when the client ended the connection.
    func readRequest() -> String? {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: all, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let lengthLine = text[..<end.lowerBound].split(separator: "\r\n").first {
                    $0.lowercased().hasPrefix("content-length:")
                }
                let length = lengthLine.flatMap { Int($0.dropFirst(15).trimmed) } ?? 0
                let headBytes = text[..<end.upperBound].utf8.count
                if all.count >= headBytes + length { return text }
            }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else {
                clientClosed()
                return nil
            }
            all += buffer[..<count]
        }
    }

    /// Waits until the client ends the connection.
    func waitForClient() {
        var byte: UInt8 = 0
        while recv(descriptor, &byte, 1, 0) > 0 {}
        clientClosed()
    }

    /// Makes the kernel answer with a reset when the script returns.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}

extension Substring {
    var trimmed: Substring { drop { $0 == " " } }

    fileprivate func hasPrefix(_ prefix: String) -> Bool { starts(with: prefix) }
}

extension String {
    /// The first place of a text, without Foundation.
    func range(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].starts(with: text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}

/// Runs a blocking body on a thread of its own, never on the cooperative pool.
func spawnThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    pthread_create(
        &thread,
        nil,
        { argument in
            if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        },
        box.toOpaque()
    )
    pthread_detach(thread)
}

/// Waits for a condition that another thread brings about; only a broken program takes long.
func eventually(_ condition: () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(30)
    while !condition() {
        guard ContinuousClock.now < deadline else { return false }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return true
}
