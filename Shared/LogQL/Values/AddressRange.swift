/// Addresses of the Internet Protocol: one, a block such as `10.0.0.0/8`, or a range such as `10.0.0.1-10.0.0.9`.
public struct AddressRange: Hashable, Sendable {
    /// As it was written.
    public let text: String
    private let range: ClosedRange<Address>

    /// Reads a range; `nil` for a text that is none.
    public init?(_ text: String) {
        self.text = text
        let bytes = Array(text.utf8)
        if let slash = bytes.firstIndex(of: UInt8(ascii: "/")) {
            guard let address = Address(bytes[..<slash]),
                let bits = Int(String(decoding: bytes[(slash + 1)...], as: UTF8.self)),
                let block = address.block(ofBits: bits)
            else { return nil }
            range = block
        } else if let dash = bytes.firstIndex(of: UInt8(ascii: "-")) {
            guard let first = Address(bytes[..<dash]), let last = Address(bytes[(dash + 1)...]),
                first.isSix == last.isSix, first <= last
            else { return nil }
            range = first...last
        } else {
            guard let address = Address(bytes) else { return nil }
            range = address...address
        }
    }

    func contains(_ address: Address) -> Bool {
        address.isSix == range.lowerBound.isSix && range.contains(address)
    }

    /// Whether an address of the range stands somewhere in a line.
    func occurs(in line: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 0
        while position < line.count {
            guard Self.isPart(line[position]) else {
                // What follows a letter is a part of a word.
                position += 1
                if line[position - 1].isLetter {
                    while position < line.count, Self.isWord(line[position]) { position += 1 }
                }
                continue
            }
            let start = position
            while position < line.count, Self.isPart(line[position]) { position += 1 }
            if position < line.count, line[position].isLetter {
                while position < line.count, Self.isWord(line[position]) { position += 1 }
                continue
            }
            if hasAddress(line[start..<position]) { return true }
        }
        return false
    }

    /// A run may have an address's port or the end of a sentence behind it.
    private func hasAddress(_ run: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard run.count <= 64 else { return false }
        var run = run
        while let last = run.last, last == UInt8(ascii: ".") { run = run.dropLast() }
        if let address = Address(run) { return contains(address) }
        return run.split(separator: UInt8(ascii: ":")).contains { part in
            Address(part).map(contains) ?? false
        }
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
            || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"))
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte.isDigit || byte.isLetter
    }
}
