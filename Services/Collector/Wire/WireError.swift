/// Why a body is not a protobuf message.
struct WireError: Error, CustomStringConvertible {
    let description: String

    static let truncated = WireError(description: "A field is cut off, or longer than its message.")
    static let badNumber = WireError(description: "A number is too long.")
    static let badField = WireError(description: "A field has no valid number, or a wire type that is not in use.")
    static let badText = WireError(description: "A string is not UTF-8.")
    static let badTraceID = WireError(description: "A trace id does not have 16 bytes.")
    static let badSpanID = WireError(description: "A span id does not have 8 bytes.")
    static let tooMany = WireError(description: "An item has more than 65,536 attributes, events or links.")
    static let tooDeep = WireError(description: "Messages nest too deeply.")
}
