import Glibc

/// A column of texts that repeat (`LowCardinality(String)`): each text is kept once, and rows are numbers of texts.
///
/// The dictionary holds bytes, not `String`s, which would take texts for equal that only look alike. Its first entry is
/// the empty text, as the server expects.
struct TokenColumn: NativeColumn {
    private static let version: UInt64 = 1
    private static let flags: UInt64 = 1 << 9 | 1 << 10

    private var indexes: [UInt32] = []
    /// Texts with their lengths before them, as they go on the wire.
    private var dictionary: [UInt8] = [0]
    /// Where each text's bytes lie in the dictionary.
    private var texts: [Range<Int>] = [1..<1]
    /// An open-addressing table: 0 is free, anything else the number of a text plus one.
    private var slots = [UInt32](repeating: 0, count: 16)

    init() {
        insert(0, hash: Self.hash(UnsafeBufferPointer(start: nil, count: 0)))
    }

    var typeName: String { "LowCardinality(String)" }
    var rowCount: Int { indexes.count }
    var byteCount: Int { indexes.count * 4 + dictionary.count + texts.count * 24 }

    mutating func append(_ text: String) {
        indexes.append(token(text))
    }

    mutating func append(_ text: String, rows: Int) {
        indexes.append(contentsOf: repeatElement(token(text), count: rows))
    }

    /// Appends a text of a body.
    mutating func append(_ text: WireBytes) {
        indexes.append(token(text))
    }

    mutating func append(_ text: WireBytes, rows: Int) {
        indexes.append(contentsOf: repeatElement(token(text), count: rows))
    }

    /// Appends texts by their numbers.
    mutating func append(tokens: [UInt32]) {
        indexes.append(contentsOf: tokens)
    }

    /// Appends the rows from a place on again.
    mutating func repeatLast(fromRow start: Int, times: Int) {
        guard times > 0 else { return }
        let last = Array(indexes[start...])
        for _ in 0..<times { indexes.append(contentsOf: last) }
    }

    // MARK: Dictionary

    private mutating func token(_ text: String) -> UInt32 {
        var text = text
        return text.withUTF8 { token($0) }
    }

    /// The number of a text, which it keeps as long as the column lives.
    mutating func token(_ text: WireBytes) -> UInt32 {
        let hash = Self.hash(text)
        var slot = hash & (slots.count - 1)
        while slots[slot] != 0 {
            let candidate = slots[slot] - 1
            if isText(Int(candidate), text) { return candidate }
            slot = (slot + 1) & (slots.count - 1)
        }
        let token = UInt32(texts.count)
        dictionary.append(varint: text.count)
        texts.append(dictionary.count..<dictionary.count + text.count)
        dictionary.append(contentsOf: text)
        slots[slot] = token + 1
        if texts.count * 2 > slots.count { grow() }
        return token
    }

    private func isText(_ token: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let place = texts[token]
        guard place.count == text.count, let other = text.baseAddress else { return place.isEmpty && text.isEmpty }
        return dictionary.withUnsafeBytes { memcmp($0.baseAddress! + place.lowerBound, other, text.count) == 0 }
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for (token, text) in texts.enumerated() {
            insert(UInt32(token), hash: dictionary[text].withUnsafeBufferPointer { Self.hash($0) })
        }
    }

    private mutating func insert(_ token: UInt32, hash: Int) {
        var slot = hash & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = token + 1
    }

    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(text))
        return hasher.finalize()
    }

    // MARK: Native

    func writePrefix(to output: inout [UInt8]) {
        output.append(littleEndian: Self.version)
    }

    func writeData(to output: inout [UInt8]) {
        guard !indexes.isEmpty else { return }
        let width: UInt64 = texts.count <= 1 << 8 ? 0 : texts.count <= 1 << 16 ? 1 : 2
        output.append(littleEndian: Self.flags | width)
        output.append(littleEndian: UInt64(texts.count))
        output.append(contentsOf: dictionary)
        output.append(littleEndian: UInt64(indexes.count))
        switch width {
        case 0: output.append(contentsOf: indexes.lazy.map { UInt8(truncatingIfNeeded: $0) })
        case 1: output.append(rawBytesOf: indexes.map { UInt16(truncatingIfNeeded: $0) })
        default: output.append(rawBytesOf: indexes)
        }
    }
}
