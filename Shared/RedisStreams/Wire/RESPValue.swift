/// A reply of Redis (RESP2: the Redis serialization protocol, version 2).
public enum RESPValue: Sendable, Hashable {
    /// A word of the server's own, such as `OK`.
    case word(String)
    /// An error reply: its first word, as far as it is one that is known.
    case refused(RedisRefusal)
    /// A whole number.
    case integer(Int)
    /// A string of any bytes.
    case bytes([UInt8])
    /// Several replies in one.
    case array([RESPValue])
    /// Nothing: there is no such value, or a wait ended without one.
    case null
}

extension RESPValue {
    /// The text of a string; `nil` for anything else, and for bytes that are no text.
    var text: String? {
        switch self {
        case .word(let text): text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        default: nil
        }
    }

    /// The elements of an array; `nil` for anything else.
    var elements: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The number of an integer reply; `nil` for anything else.
    var number: Int? {
        if case .integer(let number) = self { number } else { nil }
    }
}
