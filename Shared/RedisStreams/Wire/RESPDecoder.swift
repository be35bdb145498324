/// Reads replies from bytes as they come, however they are cut.
///
/// What comes is not trusted: nothing is made ready for a size that was only announced, and a reply has bounds. After an
/// error nothing more can be read, since nobody knows where the next reply begins.
struct RESPDecoder {
    /// How large a reply may be.
    struct Limits {
        /// Bytes of one reply, 4 MiB by default.
        var bytes = 4 << 20
        /// Elements of one array, 16,384 by default.
        var elements = 16_384
        /// Arrays within arrays, 8 by default.
        var depth = 8
        /// Bytes of one line, 4 KiB by default.
        var line = 4_096
    }

    /// An array whose elements are still being read.
    private struct Open {
        var elements: [RESPValue] = []
        let count: Int
    }

    private let limits: Limits
    private var buffer: [UInt8] = []
    /// Where the next line or string begins.
    private var position = 0
    /// How far the line was searched for its end.
    private var searched = 0
    /// Bytes of this reply in front of ``position`` that were dropped already.
    private var dropped = 0
    private var open: [Open] = []
    /// The length of the string that is being read.
    private var stringLength: Int?

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether bytes are here that belong to no finished reply.
    var hasLeftovers: Bool { position < buffer.count || !open.isEmpty || stringLength != nil }

    /// Takes in what came.
    mutating func feed(_ bytes: some Sequence<UInt8>) {
        if position > 0 {
            dropped += position
            buffer.removeFirst(position)
            searched -= position
            position = 0
        }
        buffer += bytes
    }

    /// The next reply; `nil` until it is complete.
    ///
    /// - Throws: ``RESPError``.
    mutating func next() throws(RESPError) -> RESPValue? {
        while let value = try element() {
            if let whole = close(with: value) {
                dropped = -position
                return whole
            }
        }
        guard dropped + buffer.count <= limits.bytes else { throw .tooLarge("more than \(limits.bytes) bytes") }
        return nil
    }

    /// Puts a value where it belongs; the reply, once that was its last part.
    private mutating func close(with value: RESPValue) -> RESPValue? {
        var value = value
        while let last = open.indices.last {
            open[last].elements.append(value)
            guard open[last].elements.count == open[last].count else { return nil }
            value = .array(open.removeLast().elements)
        }
        return value
    }

    /// The next value that has no parts; `nil` when more bytes are needed.
    private mutating func element() throws(RESPError) -> RESPValue? {
        while true {
            if let length = stringLength {
                guard let bytes = try string(length) else { return nil }
                stringLength = nil
                return .bytes(bytes)
            }
            guard let line = try line() else { return nil }
            guard let kind = line.first else { throw .malformed("an empty line") }
            let rest = line.dropFirst()
            switch kind {
            case UInt8(ascii: "+"): return .word(String(decoding: rest, as: UTF8.self))
            case UInt8(ascii: "-"): return .refused(RedisRefusal(rest))
            case UInt8(ascii: ":"): return .integer(try Self.number(rest))
            case UInt8(ascii: "$"):
                let length = try Self.number(rest)
                if length == -1 { return .null }
                guard length >= 0 else { throw .malformed("a string of \(length) bytes") }
                guard length <= limits.bytes else { throw .tooLarge("a string of \(length) bytes") }
                stringLength = length
            case UInt8(ascii: "*"):
                let count = try Self.number(rest)
                if count == -1 { return .null }
                guard count >= 0 else { throw .malformed("an array of \(count)") }
                guard count <= limits.elements else { throw .tooLarge("an array of \(count)") }
                guard open.count < limits.depth else { throw .tooLarge("arrays \(limits.depth) deep") }
                if count == 0 { return .array([]) }
                open.append(Open(count: count))
            default: throw .malformed("a line that begins with byte \(kind)")
            }
        }
    }

    /// Takes a line without its end.
    private mutating func line() throws(RESPError) -> [UInt8]? {
        searched = max(searched, position)
        while searched < buffer.count {
            guard buffer[searched] == UInt8(ascii: "\n") else {
                searched += 1
                continue
            }
            guard searched > position, buffer[searched - 1] == UInt8(ascii: "\r") else {
                throw .malformed("a line that ends without a carriage return")
            }
            guard searched - position <= limits.line else { throw .tooLarge("a line of \(searched - position) bytes") }
            defer { position = searched + 1 }
            return Array(buffer[position..<searched - 1])
        }
        guard searched - position <= limits.line else { throw .tooLarge("a line without an end") }
        return nil
    }

    /// Takes a string and what ends it.
    private mutating func string(_ length: Int) throws(RESPError) -> [UInt8]? {
        let end = position + length
        guard buffer.count >= end + 2 else { return nil }
        guard buffer[end] == UInt8(ascii: "\r"), buffer[end + 1] == UInt8(ascii: "\n") else {
            throw .malformed("a string that is longer than it says")
        }
        defer { position = end + 2 }
        return Array(buffer[position..<end])
    }

    private static func number(_ digits: ArraySlice<UInt8>) throws(RESPError) -> Int {
        let isNegative = digits.first == UInt8(ascii: "-")
        var number = 0
        let figures = isNegative ? digits.dropFirst() : digits
        guard !figures.isEmpty else { throw .malformed("a number without digits") }
        for figure in figures {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(figure) else {
                throw .malformed("a number with byte \(figure)")
            }
            let (tenfold, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tenfold.addingReportingOverflow(Int(figure - UInt8(ascii: "0")))
            guard !isTooLarge, !overflows else { throw .malformed("a number of more than 64 bits") }
            number = sum
        }
        return isNegative ? -number : number
    }
}
