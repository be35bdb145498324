public import CurlHTTP

/// Why ClickHouse did not do what it was asked.
public enum ClickHouseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No answer: it is away, too slow, or the task was cancelled.
    case unreachable(CurlError)
    /// It said no.
    case refused(ClickHouseException)
    /// It answered something that cannot be used.
    case unexpected(String)

    /// ClickHouse's own code for what it refused; `nil` when it gave none, or no answer.
    public var code: Int? {
        if case .refused(let exception) = self { exception.code } else { nil }
    }

    /// One sentence about the cause and the next step, without credentials.
    public var description: String {
        switch self {
        case .unreachable(let error):
            "ClickHouse did not answer: \(error) Check CH_HOST and CLICKHOUSE_HTTP_PORT, or start it with ./demo up."
        case .refused(let exception): "ClickHouse refused a statement: \(exception)"
        case .unexpected(let what): "ClickHouse's answer cannot be used: \(what)."
        }
    }
}

/// What ClickHouse says when it refuses a statement.
public struct ClickHouseException: Error, Sendable, Equatable, CustomStringConvertible {
    /// The HTTP status; 200 where the statement failed after the answer had begun.
    public let status: Int
    /// ClickHouse's error code, such as 60 for a table that does not exist; `nil` when it gave none.
    public let code: Int?
    /// The first line of its message, at most 600 bytes of it.
    public let message: String

    /// Creates an exception of its parts.
    public init(status: Int, code: Int?, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// The exception that an answer carries; `nil` when the statement was done.
    ///
    /// The header field `X-ClickHouse-Exception-Code` tells the code, and so does a message that begins with `Code: 60.`
    init?(_ response: CurlResponse) {
        let named = response.header("x-clickhouse-exception-code")
        guard response.status != 200 || named != nil else { return nil }
        let text = String(decoding: response.body.prefix(600), as: UTF8.self)
        let line = text.prefix { !$0.isNewline }
        let inMessage = line.hasPrefix("Code: ") ? Int(line.dropFirst(6).prefix { $0.isNumber }) : nil
        self.init(status: response.status, code: named.flatMap { Int($0) } ?? inMessage, message: String(line))
    }

    /// The message as it came, or the status where there is none.
    public var description: String {
        let text = message.isEmpty ? "no message" : message
        return message.hasPrefix("Code: ") ? text : "status \(status)\(code.map { ", code \($0)" } ?? ""): \(text)"
    }
}
