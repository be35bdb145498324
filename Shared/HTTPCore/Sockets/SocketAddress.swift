import CLinux
import Glibc

/// The address of one end of a TCP connection.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// The numeric host, IPv6 without brackets.
    public let host: String
    /// The TCP port.
    public let port: Int

    /// Creates an address from a numeric host and a port.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `127.0.0.1:8000` or `[::1]:8000`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    init(_ storage: borrowing sockaddr_storage) {
        var copy = copy storage
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        (host, port) = withUnsafePointer(to: &copy) { pointer in
            switch Int32(pointer.pointee.ss_family) {
            case AF_INET:
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                    var bytes = address.pointee.sin_addr
                    inet_ntop(AF_INET, &bytes, &text, socklen_t(text.count))
                    return (Self.string(text), Int(UInt16(bigEndian: address.pointee.sin_port)))
                }
            case AF_INET6:
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    var bytes = address.pointee.sin6_addr
                    inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count))
                    return (Self.string(text), Int(UInt16(bigEndian: address.pointee.sin6_port)))
                }
            default: ("unknown", 0)
            }
        }
    }

    private static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
