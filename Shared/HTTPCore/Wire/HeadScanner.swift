import Glibc
import HTTPTypes

/// Finds where a head ends, without reading any byte twice however slowly they come.
///
/// Only line ends are looked at here; a bare carriage return is found when the line is parsed.
struct HeadScanner {
    private var position = 0
    private var lineStart = 0
    private var lines = 0

    /// The number of bytes that the head takes, with the empty line that ends it; `nil` while it is incomplete.
    ///
    /// - Throws: ``ProtocolError`` for a bare LF, and when a limit is passed before the end is found.
    mutating func end(in bytes: UnsafeBufferPointer<UInt8>, limits: MessageLimits) throws(ProtocolError) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        while position < bytes.count, let found = memchr(base + position, Int32(Octet.lineFeed), bytes.count - position)
        {
            let lineFeed = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
            guard lineFeed > lineStart, bytes[lineFeed - 1] == Octet.carriageReturn else {
                throw .bad("A line ends without a carriage return.")
            }
            let isEmpty = lineFeed == lineStart + 1
            position = lineFeed + 1
            lineStart = position
            lines += 1
            if isEmpty { return position }
        }
        position = bytes.count
        if lines == 0, position > limits.requestLineBytes {
            throw ProtocolError(status: .uriTooLong, description: "The request line is too long.")
        }
        if position > limits.headBytes {
            throw ProtocolError(status: .requestHeaderFieldsTooLarge, description: "The header fields are too large.")
        }
        return nil
    }
}
