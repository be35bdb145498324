/// `host[:port]` as Host and absolute targets have it (RFC 9110, section 7.2; RFC 3986, section 3.2).
public struct Authority: Sendable, Hashable {
    /// A name or a numeric address, as it was written; IPv6 without brackets. Never empty.
    public let host: String
    /// The port, where one is given.
    public let port: Int?

    /// Takes `host[:port]` apart; `nil` when the text is not an authority, or its host is empty.
    public init?(_ text: String) {
        var text = text
        let parts = text.withUTF8 { octets -> (host: String, port: Int?)? in
            guard !octets.isEmpty, Self.isValid(octets) else { return nil }
            let bracket = octets.lastIndex(of: UInt8(ascii: "]"))
            let colon = octets[(bracket ?? 0)...].firstIndex(of: Octet.colon)
            let host = octets.part(bracket.map { 1..<$0 } ?? 0..<(colon ?? octets.count))
            let port = colon.flatMap { Int(octets.part($0 + 1..<octets.count).text) }
            return (host.text, port)
        }
        guard let parts else { return nil }
        (host, port) = parts
    }

    /// Whether the octets are a host with an optional port. An empty host is one: the field may be empty.
    static func isValid(_ octets: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = octets.first else { return true }
        var rest = octets[...]
        if first == UInt8(ascii: "[") {
            guard let end = octets.firstIndex(of: UInt8(ascii: "]")), end > 2 else { return false }
            guard octets[1..<end].allSatisfy(isAddressOctet) else { return false }
            rest = octets[(end + 1)...]
        } else {
            let end = octets.firstIndex(of: Octet.colon) ?? octets.endIndex
            guard end > 0, isName(octets.part(0..<end)) else { return false }
            rest = octets[end...]
        }
        guard let colon = rest.first else { return true }
        guard colon == Octet.colon else { return false }
        let port = rest.dropFirst()
        guard port.count <= 5, port.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
            return false
        }
        return port.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 65_535
    }

    private static func isAddressOctet(_ octet: UInt8) -> Bool {
        Octet.hexadecimal(octet) != nil || octet == Octet.colon || octet == Octet.dot
    }

    /// A registered name: unreserved octets, sub-delimiters and escapes.
    private static func isName(_ octets: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while index < octets.count {
            switch octets[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"),
                UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ";"),
                UInt8(ascii: "="):
                index += 1
            case Octet.percent:
                guard index + 2 < octets.count, Octet.hexadecimal(octets[index + 1]) != nil,
                    Octet.hexadecimal(octets[index + 2]) != nil
                else { return false }
                index += 3
            default: return false
            }
        }
        return true
    }
}
