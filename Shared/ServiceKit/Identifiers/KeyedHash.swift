import CCrypto

/// A hash that only the holder of a key can compute: HMAC-SHA-256 (RFC 2104).
///
/// Its input cannot be found by trying out candidates, as it can with a plain hash of a card number or an
/// e-mail address. Printing one never shows the key.
public struct KeyedHash: Sendable, CustomStringConvertible {
    /// The fewest bytes of a key.
    public static let shortestKey = 32

    private let keyed: HMACContext

    /// Creates a hash with a key.
    ///
    /// - Parameter key: At least ``shortestKey`` bytes; `nil` comes of fewer.
    public init?(key: [UInt8]) {
        guard key.count >= Self.shortestKey else { return nil }
        keyed = HMACContext(key: key)
    }

    /// Creates a hash with a random key, which is lost when the process ends.
    public init() {
        keyed = HMACContext(key: Self.randomKey())
    }

    /// Bytes for a key, from the system's generator.
    public static func randomKey() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<shortestKey).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// A placeholder instead of the key.
    public var description: String { "KeyedHash" }

    /// The 32 bytes for a text.
    public func digest(of text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { message in
            [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
                keyed.digest(of: message, into: digest)
                count = 32
            }
        }
    }

    /// The first 16 bytes for a text, in hexadecimal: enough to tell texts apart.
    public func pseudonym(of text: String) -> String {
        Hexadecimal.text(digest(of: text).prefix(16))
    }
}

/// libcrypto's HMAC with its key taken in, which costs more than a digest does.
///
/// `@unchecked Sendable`: the context is never changed; each digest is made on a copy.
private final class HMACContext: @unchecked Sendable {
    private let keyed: OpaquePointer

    init(key: [UInt8]) {
        guard let keyed = ccrypto_hmac_sha256_create(key, key.count) else {
            preconditionFailure("SHA-256 is always there.")
        }
        self.keyed = keyed
    }

    deinit { ccrypto_hmac_free(keyed) }

    /// - Parameter digest: Has room for 32 bytes.
    func digest(of message: UnsafeBufferPointer<UInt8>, into digest: UnsafeMutableBufferPointer<UInt8>) {
        let succeeded = ccrypto_hmac_sha256(keyed, message.baseAddress, message.count, digest.baseAddress)
        precondition(succeeded == 1, "SHA-256 is always there.")
    }
}
