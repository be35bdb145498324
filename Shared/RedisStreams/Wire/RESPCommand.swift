/// A command for Redis: its name and its arguments, as an array of strings (RESP2).
public struct RESPCommand: Sendable {
    /// The words, the name first.
    let words: [[UInt8]]

    /// A command of texts.
    init(_ words: String...) {
        self.words = words.map { Array($0.utf8) }
    }

    /// A command whose last arguments may be any bytes.
    init(_ words: [String], bytes: [[UInt8]] = []) {
        self.words = words.map { Array($0.utf8) } + bytes
    }

    /// The bytes that are sent.
    var encoded: [UInt8] {
        var encoded = Array("*\(words.count)\r\n".utf8)
        encoded.reserveCapacity(words.reduce(16) { $0 + $1.count + 16 })
        for word in words {
            encoded += Array("$\(word.count)\r\n".utf8)
            encoded += word
            encoded += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        }
        return encoded
    }
}
