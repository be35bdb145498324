/// What names a request: a text or a whole number, never null (MCP, *Base protocol*, Requests).
enum RequestID: Sendable, Hashable {
    case text(String)
    case number(Int64)

    /// Reads an id; `nil` for what cannot be one.
    init?(_ value: JSONValue?) {
        switch value {
        case .text(let text): self = .text(text)
        case .whole(let number): self = .number(number)
        default: return nil
        }
    }

    /// The id as it came.
    var value: JSONValue {
        switch self {
        case .text(let text): .text(text)
        case .number(let number): .whole(number)
        }
    }
}
