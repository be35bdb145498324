/// Unguessable identifiers with a prefix that says what they name, such as `ord_5f1c…`.
public enum RandomIdentifier {
    /// A new identifier: the prefix, an underscore and 96 random bits in hexadecimal.
    public static func make(_ prefix: String) -> String {
        "\(prefix)_\(hex(bytes: 12))"
    }

    /// Random bytes of the system's generator, in hexadecimal.
    public static func hex(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return Hexadecimal.text((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }
}
