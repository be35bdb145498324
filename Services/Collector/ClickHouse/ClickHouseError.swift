import CurlHTTP

/// Why ClickHouse did not take an insert.
enum ClickHouseError: Error, Sendable, CustomStringConvertible {
    /// No answer: it is away, or too slow.
    case unreachable(CurlError)
    /// It said no: the status, its own code (0 when it named none) and the first line of its message.
    case refused(status: Int, code: Int, message: String)

    /// ClickHouse's codes for input that it cannot read, which no repetition changes.
    private static let unreadableCodes: Set<Int> = [6, 27, 32, 33, 117, 128, 131, 190, 321, 407]

    /// Whether it could not read what was sent.
    var isUnreadable: Bool {
        if case .refused(_, let code, _) = self { Self.unreadableCodes.contains(code) } else { false }
    }

    /// One sentence about the cause, without credentials.
    var description: String {
        switch self {
        case .unreachable(let error): "ClickHouse did not take the rows: \(error)"
        case .refused(let status, let code, let message):
            "ClickHouse did not take the rows: status \(status), code \(code): \(message)"
        }
    }
}
