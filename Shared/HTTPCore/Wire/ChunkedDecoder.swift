import HTTPTypes

/// Decodes a chunked body (RFC 9112, section 7.1), strictly: sizes are hexadecimal digits and nothing else, every line
/// ends in CRLF, and neither extensions nor trailers grow without bound, nor does the framing beside the data.
struct ChunkedDecoder {
    /// What was found at the front of the input.
    enum Event: Equatable {
        /// So many bytes of data follow at this offset.
        case data(Range<Int>)
        /// The body is complete; what follows is the next message.
        case end
    }

    private enum State {
        case size
        case data(left: Int)
        case dataEnd
        case trailers
        case ended
    }

    /// The longest line of a chunk's size with its extensions, in bytes.
    static let maximumSizeLine = 256

    /// How many bytes of framing there may be beyond 16 a chunk and the size of the data: tiny chunks with long
    /// extensions would keep the recipient reading without ever producing a byte.
    static let maximumOverhead = 16_384

    private var state = State.size
    private var overhead = 0
    private var trailerBytes = 0
    private var trailerSection = FieldSection()
    private let limits: MessageLimits

    init(limits: MessageLimits = MessageLimits()) {
        self.limits = limits
    }

    /// The fields that came after the last chunk.
    var trailers: HTTPFields { trailerSection.fields }

    /// Whether the body is complete.
    var isComplete: Bool {
        if case .ended = state { true } else { false }
    }

    /// How much of the current chunk is still to come.
    var announced: Int {
        if case .data(let left) = state { left } else { 0 }
    }

    /// Takes the next event off the input.
    ///
    /// - Parameter consumed: How many bytes were used up, those of a data event among them.
    /// - Returns: `nil` when more input is needed; some may have been used up all the same.
    mutating func next(
        _ bytes: UnsafeBufferPointer<UInt8>,
        consumed: inout Int
    ) throws(ProtocolError) -> Event? {
        while true {
            switch state {
            case .size:
                let limit = Self.maximumSizeLine
                guard let line = try Self.line(bytes, from: consumed, limit: limit) else { return nil }
                let size = try Self.size(bytes.part(line))
                overhead = max(0, overhead + line.count - 16 - size)
                guard overhead <= Self.maximumOverhead else {
                    throw .bad("The chunked body has more framing than data.")
                }
                consumed = line.upperBound + 2
                state = size == 0 ? .trailers : .data(left: size)
            case .data(let left):
                guard consumed < bytes.count else { return nil }
                let range = consumed..<min(bytes.count, consumed + left)
                consumed = range.upperBound
                state = left == range.count ? .dataEnd : .data(left: left - range.count)
                return .data(range)
            case .dataEnd:
                guard bytes.count - consumed >= 2 else {
                    if consumed < bytes.count, bytes[consumed] != Octet.carriageReturn { throw Self.overlong }
                    return nil
                }
                guard bytes[consumed] == Octet.carriageReturn, bytes[consumed + 1] == Octet.lineFeed else {
                    throw Self.overlong
                }
                consumed += 2
                state = .size
            case .trailers:
                guard let line = try Self.line(bytes, from: consumed, limit: limits.fieldBytes - trailerBytes) else {
                    return nil
                }
                consumed = line.upperBound + 2
                guard !line.isEmpty else {
                    state = .ended
                    return .end
                }
                trailerBytes += line.count + 2
                var ignored = trailerSection
                try ignored.append(bytes.part(line), limits: limits)
                guard !ignored.decidesFraming else { throw .bad("A trailer may not decide framing or routing.") }
                trailerSection = ignored
            case .ended: return .end
            }
        }
    }

    private static let overlong = ProtocolError.bad("A chunk is longer than its size says.")

    private static func line(
        _ bytes: UnsafeBufferPointer<UInt8>,
        from start: Int,
        limit: Int
    ) throws(ProtocolError) -> Range<Int>? {
        var position = start
        while position < bytes.count {
            if bytes[position] == Octet.lineFeed { throw .bad("A line ends without a carriage return.") }
            if bytes[position] == Octet.carriageReturn {
                guard position + 1 < bytes.count else { return nil }
                guard bytes[position + 1] == Octet.lineFeed else { throw .bad("A line has a bare carriage return.") }
                return start..<position
            }
            position += 1
            if position - start > limit { throw .bad("A line of the chunked body is too long.") }
        }
        return nil
    }

    private static func size(_ line: UnsafeBufferPointer<UInt8>) throws(ProtocolError) -> Int {
        var size = 0
        var digits = 0
        for octet in line {
            guard let digit = Octet.hexadecimal(octet) else {
                guard digits > 0 else { throw .bad("A chunk's size is not a number.") }
                guard ChunkExtensions.areValid(line.part(digits..<line.count)) else {
                    throw .bad("A chunk's size is not a number, or its extension is malformed.")
                }
                return size
            }
            digits += 1
            guard digits <= 15 else { throw .bad("A chunk's size is too large.") }
            size = size << 4 | Int(digit)
        }
        guard digits > 0 else { throw .bad("A chunk has no size.") }
        return size
    }
}
