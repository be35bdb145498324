import Dispatch
import Glibc
import Synchronization

/// A server that says what no server should: it answers each connection's first bytes with a text of the test's, and
/// keeps the connection open until it goes itself, or until more bytes come. It blocks threads of its own.
package final class RawServer: Sendable {
    package let port: Int
    private let listener: Int32
    private let open = OpenConnections()
    private let accepting = DispatchQueue(label: "raw server")

    /// - Parameters:
    ///   - backlog: How many connections may wait; with 0 and nobody accepting, a client soon waits for ever.
    ///   - closesAtSecond: Whether a connection ends, without an answer, when bytes come again.
    package init(answer: String, backlog: Int32 = 128, accepts: Bool = true, closesAtSecond: Bool = false) {
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
        accepting.async { @Sendable [open] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                open.add(connection)
                DispatchQueue(label: "raw server connection").async { @Sendable in
                    Self.serve(connection, answer, closesAtSecond: closesAtSecond)
                    open.close(connection)
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        open.shutDownAll()
        // Behind whoever still accepts, so that nobody uses the number once it is somebody else's.
        accepting.async { @Sendable [listener] in close(listener) }
    }

    /// How many connections have come so far.
    package var connectionCount: Int { open.total }

    private static func serve(_ connection: Int32, _ answer: String, closesAtSecond: Bool) {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        guard recv(connection, &buffer, buffer.count, 0) > 0 else { return }
        let bytes = Array(answer.utf8)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        while recv(connection, &buffer, buffer.count, 0) > 0, !closesAtSecond {}
    }
}

/// Connections that are open; each is closed by whoever serves it, and by nobody else.
private final class OpenConnections: Sendable {
    private let state = Mutex<(open: Set<Int32>, total: Int, isOver: Bool)>(([], 0, false))

    var total: Int { state.withLock { $0.total } }

    func add(_ descriptor: Int32) {
        state.withLock { state in
            state.open.insert(descriptor)
            state.total += 1
            if state.isOver { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    func close(_ descriptor: Int32) {
        state.withLock { state in
            state.open.remove(descriptor)
            _ = Glibc.close(descriptor)
        }
    }

    func shutDownAll() {
        state.withLock { state in
            state.isOver = true
            for descriptor in state.open { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }
}
