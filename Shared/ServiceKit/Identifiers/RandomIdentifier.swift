/// Identifiers that nobody can guess and that say what they name, such as `ord_5f1c…`.
public enum RandomIdentifier {
    /// A new identifier: the prefix, an underscore and 96 random bits in hexadecimal.
    public static func make(_ prefix: String) -> String {
        "\(prefix)_\(hex(bytes: 12))"
    }

    /// Random bytes of the system's generator, in hexadecimal.
    public static func hex(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(count * 2)
        for _ in 0..<count {
            let byte = UInt8.random(in: .min ... .max, using: &generator)
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
