/// The form of the keys that make repeats of a payment harmless. They are part of a path too, so they are plain.
enum IdempotencyKey {
    /// What a client is told.
    static let rule = "must be 1 to 255 letters, digits, hyphens, underscores and dots, and not begin with a dot"

    static func isValid(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && !text.hasPrefix(".")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
