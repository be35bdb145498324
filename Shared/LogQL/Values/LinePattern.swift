import PromQL

/// Texts of a line in their order, with something between them: `<ip> - <_> "<method> <path>"`.
public struct LinePattern: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case literal([UInt8])
        /// What lies between two texts; `nil` where nobody wants it (`<_>`).
        case capture(String?)
    }

    /// As it was written.
    public let text: String
    let parts: [Part]

    /// The names of what it captures.
    public var names: [String] {
        parts.compactMap { if case .capture(let name) = $0 { name } else { nil } }
    }

    /// The texts that a line must have, in their order.
    public var literals: [String] {
        parts.compactMap { if case .literal(let bytes) = $0 { String(decoding: bytes, as: UTF8.self) } else { nil } }
    }

    /// Why a text is no pattern.
    struct Fault: Error {
        let message: String
    }

    /// Reads a pattern that captures labels.
    init(capturing text: String) throws(Fault) {
        try self.init(text)
        let names = names
        guard !names.isEmpty else { throw Fault(message: "at least one named capture is needed, such as <method>") }
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            throw Fault(message: "duplicate capture name (\(name))")
        }
    }

    /// Reads a pattern that a line is held against.
    init(filtering text: String) throws(Fault) {
        try self.init(text)
        if let name = names.first { throw Fault(message: "a filter has no named captures: write <_>, not <\(name)>") }
    }

    private init(_ text: String) throws(Fault) {
        self.text = text
        let bytes = Array(text.utf8)
        var parts: [Part] = []
        var literal: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if let end = Self.captureEnd(bytes, position) {
                if !literal.isEmpty {
                    parts.append(.literal(literal))
                    literal = []
                }
                let name = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
                if case .capture(let before)? = parts.last {
                    throw Fault(
                        message:
                            "found consecutive capture '<\(before ?? "_")><\(name)>': a text must stand between them"
                    )
                }
                parts.append(.capture(name == "_" ? nil : name))
                position = end + 1
            } else {
                literal.append(bytes[position])
                position += 1
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        self.parts = parts
    }

    /// Where a capture that starts at a place ends: `<` and `>` with a name between them.
    private static func captureEnd(_ bytes: [UInt8], _ start: Int) -> Int? {
        guard bytes[start] == UInt8(ascii: "<"), start + 1 < bytes.count, bytes[start + 1].isLetter else { return nil }
        var end = start + 1
        while end < bytes.count, bytes[end].isLetter || bytes[end].isDigit { end += 1 }
        return end < bytes.count && bytes[end] == UInt8(ascii: ">") ? end : nil
    }

    // MARK: - Matching

    /// Whether a line consists of the texts in their order, with at least one byte where a capture stands.
    func fits(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !parts.isEmpty else { return line.isEmpty }
        var position = 0
        for (index, part) in parts.enumerated() {
            guard case .literal(let text) = part else { continue }
            guard let found = ByteSearch.first(text, in: line, from: position),
                index == 0 ? found == 0 : found > position
            else { return false }
            position = found + text.count
        }
        if case .capture = parts[parts.count - 1] { return position < line.count }
        return position == line.count
    }

    /// What a line has where the named captures stand. The first text that is missing ends it: the capture before it
    /// reaches to the end of the line.
    func captures(in line: UnsafeBufferPointer<UInt8>) -> [(name: String, value: Range<Int>)] {
        var captures: [(name: String, value: Range<Int>)] = []
        var position = 0
        var pending: String??
        for (index, part) in parts.enumerated() {
            switch part {
            case .capture(let name): pending = .some(name)
            case .literal(let text):
                let found = ByteSearch.first(text, in: line, from: position)
                guard index > 0 else {
                    guard found == 0 else { return [] }
                    position = text.count
                    continue
                }
                let end = found ?? line.count
                if let name = pending ?? nil { captures.append((name, position..<end)) }
                pending = nil
                guard let found else { return captures }
                position = found + text.count
            }
        }
        if let name = pending ?? nil { captures.append((name, position..<line.count)) }
        return captures
    }
}
