import HTTPTypes

/// Finds where a head ends, without reading any byte twice however slowly they come.
struct HeadScanner {
    private var position = 0
    private var lineStart = 0
    private var lines = 0

    /// The number of bytes that the head takes, with the empty line that ends it; `nil` while it is incomplete.
    ///
    /// - Throws: ``ProtocolError`` for a bare CR or LF, and when a limit is passed before the end is found.
    mutating func end(in bytes: UnsafeBufferPointer<UInt8>, limits: MessageLimits) throws(ProtocolError) -> Int? {
        while position < bytes.count {
            let octet = bytes[position]
            if octet == Octet.carriageReturn {
                guard position + 1 < bytes.count else { break }
                guard bytes[position + 1] == Octet.lineFeed else { throw .bad("A line has a bare carriage return.") }
                let isEmpty = position == lineStart
                position += 2
                lineStart = position
                lines += 1
                if isEmpty { return position }
                continue
            }
            guard octet != Octet.lineFeed else { throw .bad("A line ends without a carriage return.") }
            position += 1
        }
        if lines == 0, position > limits.requestLineBytes {
            throw ProtocolError(status: .uriTooLong, description: "The request line is too long.")
        }
        if position > limits.headBytes {
            throw ProtocolError(status: .requestHeaderFieldsTooLarge, description: "The header fields are too large.")
        }
        return nil
    }

    /// Begins the next head.
    mutating func reset() {
        self = HeadScanner()
    }
}
