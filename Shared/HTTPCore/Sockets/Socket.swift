import CLinux
import Glibc

/// System calls on non-blocking TCP sockets, with errors as values.
enum Socket {
    /// What a read or a write did.
    enum Transfer: Equatable {
        /// Bytes moved; a read of 0 bytes is the end of the stream.
        case bytes(Int)
        /// Nothing can move before the socket is ready again.
        case wouldBlock
        /// The connection is broken.
        case failed(SystemCallError)
    }

    static func open(family: Int32) throws(SystemCallError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw SystemCallError(call: "socket", code: errno) }
        return descriptor
    }

    static func setOption(_ descriptor: Int32, level: Int32, name: Int32, value: Int32 = 1) {
        var value = value
        _ = setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    static func setNoDelay(_ descriptor: Int32) {
        setOption(descriptor, level: Int32(IPPROTO_TCP), name: TCP_NODELAY)
    }

    /// Makes the kernel end the connection with a reset once the descriptor is closed.
    static func resetOnClose(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    static func listen(
        at address: ResolvedAddress,
        backlog: Int32,
        sharesPort: Bool
    ) throws(SystemCallError) -> Int32 {
        let descriptor = try open(family: address.family)
        setOption(descriptor, level: SOL_SOCKET, name: SO_REUSEADDR)
        if sharesPort { setOption(descriptor, level: SOL_SOCKET, name: SO_REUSEPORT) }
        if address.family == AF_INET6 {
            setOption(descriptor, level: Int32(IPPROTO_IPV6), name: IPV6_V6ONLY, value: 0)
        }
        guard address.withSockaddr({ bind(descriptor, $0, $1) }) == 0 else {
            throw failure(closing: descriptor, call: "bind")
        }
        guard Glibc.listen(descriptor, backlog) == 0 else { throw failure(closing: descriptor, call: "listen") }
        return descriptor
    }

    /// Starts a connection; it is established, or has failed, once the socket is writable.
    static func startConnecting(to address: ResolvedAddress) throws(SystemCallError) -> Int32 {
        let descriptor = try open(family: address.family)
        setNoDelay(descriptor)
        let result = address.withSockaddr { connect(descriptor, $0, $1) }
        if result != 0, errno != EINPROGRESS, errno != EINTR {
            throw failure(closing: descriptor, call: "connect")
        }
        return descriptor
    }

    /// The error that a connection attempt ended with, or `nil` when it is established.
    static func connectError(_ descriptor: Int32) -> SystemCallError? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else {
            return SystemCallError(call: "getsockopt", code: errno)
        }
        return code == 0 ? nil : SystemCallError(call: "connect", code: code)
    }

    static func receive(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, peek: Bool = false) -> Transfer
    {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, peek ? Int32(MSG_PEEK) : 0)
            if count >= 0 { return .bytes(count) }
            let code = errno
            if code == EINTR { continue }
            return code == EAGAIN ? .wouldBlock : .failed(SystemCallError(call: "recv", code: code))
        }
    }

    static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Transfer {
        while true {
            let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .bytes(count) }
            let code = errno
            if code == EINTR { continue }
            return code == EAGAIN ? .wouldBlock : .failed(SystemCallError(call: "send", code: code))
        }
    }

    static func localAddress(_ descriptor: Int32) -> SocketAddress {
        address { getsockname(descriptor, $0, $1) }
    }

    static func peerAddress(_ descriptor: Int32) -> SocketAddress {
        address { getpeername(descriptor, $0, $1) }
    }

    private static func address(
        _ read: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = read($0, &length) }
        }
        return SocketAddress(storage)
    }

    private static func failure(closing descriptor: Int32, call: String) -> SystemCallError {
        let error = SystemCallError(call: call, code: errno)
        close(descriptor)
        return error
    }
}
