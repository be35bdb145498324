import Glibc

/// A system call that failed, with the call's name and the system's reason.
public struct SystemCallError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The call, as its manual page names it.
    public let call: String
    /// The error number, as `errno` had it.
    public let code: Int32

    /// `connect: Connection refused (errno 111)`.
    public var description: String {
        "\(call): \(String(cString: strerror(code))) (errno \(code))"
    }
}
