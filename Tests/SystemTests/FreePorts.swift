import Glibc
import Synchronization

/// Ports that nothing listens on at the moment, each another.
enum FreePorts {
    /// What somebody was told already: it may not listen there yet.
    private static let told = Mutex<Set<Int>>([])

    static func find(_ count: Int) -> [Int] {
        var sockets: [Int32] = []
        defer { sockets.forEach { close($0) } }
        return (0..<count).map { _ in
            while true {
                let (descriptor, port) = bound()
                sockets.append(descriptor)
                if told.withLock({ $0.insert(port).inserted }) { return port }
            }
        }
    }

    /// A socket on a port that the system chose.
    private static func bound() -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                _ = getsockname(descriptor, $0, &length)
            }
        }
        precondition(address.sin_port != 0, "No port is free.")
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}
