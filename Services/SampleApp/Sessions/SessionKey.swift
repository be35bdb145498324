import ServiceKit

/// The secret by which the shop knows the sessions that it made.
///
/// A cookie holds a random id and a proof of it. Both the proof and the id in telemetry are halves of one HMAC-SHA-256
/// of the id under this key, so neither half tells anything about the other, and nobody without the key can make up a
/// cookie that the shop accepts.
struct SessionKey: Sendable {
    private static let idLength = 32
    private static let proofLength = 32

    private let hash: KeyedHash

    /// - Parameter bytes: At least 32 bytes; `nil` comes of fewer.
    init?(_ bytes: [UInt8]) {
        guard let hash = KeyedHash(key: bytes) else { return nil }
        self.hash = hash
    }

    /// The session of a request's cookies: the first one that this shop made, or a new one.
    ///
    /// - Parameter cookies: The values of the request's Cookie fields.
    func session(of cookies: [String]) -> Session {
        for value in SessionCookie.values(in: cookies) {
            if let session = known(value) { return session }
        }
        return make(RandomIdentifier.hex(bytes: Self.idLength / 2), isNew: true)
    }

    private func known(_ value: Substring) -> Session? {
        let parts = value.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == Self.idLength, parts[1].count == Self.proofLength,
            let id = String(parts[0])
        else { return nil }
        let session = make(id, isNew: false)
        return Self.areEqual(session.cookieValue, value) ? session : nil
    }

    private func make(_ id: String, isNew: Bool) -> Session {
        let digest = hash.digest(of: id)
        return Session(
            id: id,
            telemetryID: Hexadecimal.text(digest[16...]),
            cookieValue: "\(id).\(Hexadecimal.text(digest[..<16]))",
            isNew: isNew
        )
    }

    /// Takes the same time wherever the texts differ.
    private static func areEqual(_ left: String, _ right: Substring) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
