/// The octets that HTTP's grammar is made of (RFC 9110, 5.6 and RFC 9112, 2.2).
enum Octet {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let numberSign: UInt8 = 0x23
    static let percent: UInt8 = 0x25
    static let comma: UInt8 = 0x2C
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let question: UInt8 = 0x3F

    /// `tchar`: what a method or a field name is made of.
    static func isToken(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// What a field value is made of: everything but the control characters, tab aside.
    static func isFieldValue(_ octet: UInt8) -> Bool {
        octet >= 0x20 && octet != 0x7F || octet == tab
    }

    /// The value of a hexadecimal digit.
    static func hexadecimal(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): octet - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// A part of the buffer, with indices from zero.
    func part(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: self[range])
    }

    /// The part without spaces and tabs at its ends.
    var withoutOuterWhitespace: UnsafeBufferPointer<UInt8> {
        var range = 0..<count
        while let first = range.first, self[first] == Octet.space || self[first] == Octet.tab { range.removeFirst() }
        while let last = range.last, self[last] == Octet.space || self[last] == Octet.tab { range.removeLast() }
        return part(range)
    }

    /// Whether the octets spell an ASCII word, in any case; the word is given in lower case.
    func equalsIgnoringCase(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        for index in 0..<count {
            let octet = self[index]
            let lower = octet >= 0x41 && octet <= 0x5A ? octet | 0x20 : octet
            guard lower == word.utf8Start[index] else { return false }
        }
        return true
    }

    /// The octets as text: UTF-8 where they are, Latin-1 otherwise, so that nothing is lost or replaced.
    var text: String {
        String(validating: self, as: UTF8.self) ?? String(String.UnicodeScalarView(map { Unicode.Scalar($0) }))
    }
}

extension Range<Int> {
    fileprivate mutating func removeFirst() { self = lowerBound + 1..<upperBound }
    fileprivate mutating func removeLast() { self = lowerBound..<upperBound - 1 }
}
