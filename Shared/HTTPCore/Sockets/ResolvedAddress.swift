import CLinux
import Glibc

/// An address that the kernel takes, as name resolution returned it.
struct ResolvedAddress: Sendable {
    let family: Int32
    private let storage: sockaddr_storage
    private let length: socklen_t

    /// What addresses are wanted for.
    enum Purpose {
        case listening
        case connecting
        /// Connecting to a host that is written as an address: nothing is looked up, and nothing blocks.
        case connectingToLiteral

        fileprivate var flag: Int32 {
            switch self {
            case .listening: AI_PASSIVE
            case .connecting: 0
            case .connectingToLiteral: AI_NUMERICHOST
            }
        }
    }

    /// All addresses of a host, in the order of the system's preference (RFC 6724).
    ///
    /// Blocks the thread while a name is looked up: call it on a thread that may wait.
    static func lookUp(host: String, port: Int, _ purpose: Purpose) throws(ResolutionError) -> [ResolvedAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV | purpose.flag
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { throw ResolutionError(host: host, reason: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }

        var addresses: [ResolvedAddress] = []
        var entry = list
        while let info = entry?.pointee {
            if let address = info.ai_addr, info.ai_family == AF_INET || info.ai_family == AF_INET6 {
                var storage = sockaddr_storage()
                withUnsafeMutableBytes(of: &storage) { bytes in
                    bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen)))
                }
                addresses.append(ResolvedAddress(family: info.ai_family, storage: storage, length: info.ai_addrlen))
            }
            entry = info.ai_next
        }
        return addresses
    }

    /// Hands the address to a call such as `bind` or `connect`.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}

/// A host name that has no address.
public struct ResolutionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name that was looked up.
    public let host: String
    /// The resolver's reason.
    public let reason: String

    /// One sentence with the name and the reason.
    public var description: String { "\(host) has no address: \(reason)" }
}
