/// What the text of a label looks like, as lists of fields say it.
public enum ValueKind: String, Hashable, Sendable {
    /// A whole number.
    case int
    /// A number.
    case float
    /// `true` or `false`.
    case boolean
    /// A duration such as `1.5s`.
    case duration
    /// A size such as `20MB`.
    case bytes
    /// Anything else.
    case string

    /// What a text looks like.
    public init(of text: String) {
        if Int64(text) != nil {
            self = .int
        } else if Quantity.number(text) != nil {
            self = .float
        } else if text == "true" || text == "false" {
            self = .boolean
        } else if Quantity.value(of: text, as: .duration) != nil {
            self = .duration
        } else if Quantity.value(of: text, as: .bytes) != nil {
            self = .bytes
        } else {
            self = .string
        }
    }
}
