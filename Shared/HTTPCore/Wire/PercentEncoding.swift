/// Percent-encoding (RFC 3986, section 2.1).
enum PercentEncoding {
    /// The decoded text, or `nil` when an escape is malformed or the result is not UTF-8.
    ///
    /// - Parameters:
    ///   - keeping: An octet whose escapes stay as they are.
    ///   - plusIsSpace: Whether `+` stands for a space, as in forms.
    static func decode(
        _ octets: some Sequence<UInt8>,
        keeping: UInt8? = nil,
        plusIsSpace: Bool = false
    ) -> String? {
        var decoded: [UInt8] = []
        var iterator = octets.makeIterator()
        while let octet = iterator.next() {
            switch octet {
            case Octet.percent:
                guard let first = iterator.next(), let second = iterator.next(),
                    let high = Octet.hexadecimal(first), let low = Octet.hexadecimal(second)
                else { return nil }
                let value = high << 4 | low
                if value == keeping {
                    decoded += [octet, first, second]
                } else {
                    decoded.append(value)
                }
            case UInt8(ascii: "+") where plusIsSpace: decoded.append(Octet.space)
            default: decoded.append(octet)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
