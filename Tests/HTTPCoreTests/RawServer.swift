import Dispatch
import Glibc
import Synchronization

/// A server that says what no server should: it answers each connection's first bytes with a text of the test's, and
/// keeps the connection open until it goes itself. It blocks threads of its own.
final class RawServer: Sendable {
    let port: Int
    private let listener: Int32
    private let connections = Mutex<[Int32]>([])
    private let accepting = DispatchQueue(label: "raw server")

    /// - Parameter backlog: How many connections may wait; with 0 and nobody accepting, a client soon waits for ever.
    init(answer: String, backlog: Int32 = 128, accepts: Bool = true) {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = bind(descriptor, address, length)
                _ = listen(descriptor, backlog)
                _ = getsockname(descriptor, address, &length)
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard accepts else { return }
        accepting.async { @Sendable [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0, let self else { return }
                self.connections.withLock { $0.append(connection) }
                DispatchQueue(label: "raw server connection").async { @Sendable in
                    var buffer = [UInt8](repeating: 0, count: 4_096)
                    guard recv(connection, &buffer, buffer.count, 0) > 0 else { return }
                    let bytes = Array(answer.utf8)
                    _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        for connection in connections.withLock({ $0 }) {
            shutdown(connection, Int32(SHUT_RDWR))
            close(connection)
        }
    }

    /// How many connections have come so far.
    var connectionCount: Int { connections.withLock { $0.count } }
}
