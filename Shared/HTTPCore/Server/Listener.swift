import CLinux
import Glibc

/// A listening socket, in the same kind of event loop as the connections that it accepts.
final class Listener: Sendable {
    /// What an attempt to accept gave.
    enum Attempt {
        case connection(Int32, SocketAddress)
        /// Nobody waits.
        case nobody
        /// The process or the system has no descriptor left.
        case exhausted
        /// The socket listens no more, and never will again.
        case ended(SystemCallError)
    }

    let localAddress: SocketAddress
    private let channel: Channel

    init(host: String, port: Int, backlog: Int, sharesPort: Bool) throws {
        do {
            let listen = { host in
                try Self.listen(host, port, backlog: Int32(clamping: backlog), sharesPort: sharesPort)
            }
            let descriptor: Int32
            do {
                descriptor = try listen(host)
            } catch let error as SystemCallError {
                guard let other = Self.standIn(for: host, after: error) else { throw error }
                descriptor = try listen(other)
            }
            localAddress = Socket.localAddress(descriptor)
            channel = Channel(descriptor: descriptor, shard: .next)
            try channel.start()
        } catch let error as SystemCallError where error.code == EADDRINUSE {
            throw ServerError.addressInUse(host: host, port: port)
        } catch {
            throw ServerError.cannotListen(host: host, port: port, reason: String(describing: error))
        }
    }

    private static func listen(_ host: String, _ port: Int, backlog: Int32, sharesPort: Bool) throws -> Int32 {
        guard let address = try ResolvedAddress.lookUp(host: host, port: port, .listening).first else {
            throw ResolutionError(host: host, reason: "no address")
        }
        return try Socket.listen(at: address, backlog: backlog, sharesPort: sharesPort)
    }

    /// The host to listen on where the one that was named cannot be: `::` means every address of the machine, also where
    /// the kernel runs without IPv6.
    static func standIn(for host: String, after error: SystemCallError) -> String? {
        host == "::" && (error.code == EAFNOSUPPORT || error.code == EADDRNOTAVAIL) ? "0.0.0.0" : nil
    }

    func accept() -> Attempt {
        while true {
            var address = sockaddr_storage()
            let result = channel.withDescriptor { linux_accept($0, &address) } ?? -EBADF
            guard result < 0 else { return .connection(result, SocketAddress(address)) }
            switch -result {
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
            case EAGAIN: return .nobody
            // The client that waited has gone, or its network has: there may be others (accept(2)).
            case EINTR, ECONNABORTED, EPERM, EPROTO, ENOPROTOOPT, EOPNOTSUPP, ENETDOWN, ENETUNREACH, ENONET, EHOSTDOWN,
                EHOSTUNREACH:
                continue
            case let code: return .ended(SystemCallError(call: "accept4", code: code))
            }
        }
    }

    /// Waits for somebody; `false` once ``stop()`` was called.
    func wait() async -> Bool {
        (try? await channel.waitReadable()) != nil
    }

    /// Wakes ``wait()`` for good.
    func stop() {
        channel.abort()
    }

    func close() {
        channel.close()
    }
}
