/// Takes the one message of a unary call out of a stream's bytes, however they are cut.
///
/// A value that does no input itself. It knows how long the message is as soon as its prefix has come, so that a message
/// that is too large is refused before it is there.
public struct GRPCFrameDecoder: Sendable {
    private let maximumBytes: Int
    private var prefix: [UInt8] = []
    private var message: [UInt8] = []

    /// - Parameter maximumBytes: How long the message may be, as it is sent.
    public init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// How long the message is; `nil` before its prefix has come.
    public var length: Int? {
        guard prefix.count == GRPCFrame.prefixLength else { return nil }
        return prefix.dropFirst().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Takes bytes of the stream.
    ///
    /// - Throws: ``GRPCFrameError``; nothing can be taken any more then.
    public mutating func append(_ bytes: [UInt8]) throws(GRPCFrameError) {
        var start = 0
        if prefix.count < GRPCFrame.prefixLength {
            start = min(GRPCFrame.prefixLength - prefix.count, bytes.count)
            prefix += bytes[..<start]
            guard prefix.first ?? 0 <= 1 else { throw .malformed }
        }
        guard let length else { return }
        guard length <= maximumBytes else { throw .tooLarge(length: length, limit: maximumBytes) }
        guard message.count + bytes.count - start <= length else { throw .moreThanOne }
        if message.isEmpty { message.reserveCapacity(length) }
        message += bytes[start...]
    }

    /// The message, when the stream has ended.
    ///
    /// - Throws: ``GRPCFrameError/incomplete``.
    public func finish() throws(GRPCFrameError) -> GRPCFrame {
        guard message.count == length else { throw .incomplete }
        return GRPCFrame(message, isCompressed: prefix.first == 1)
    }
}

/// Why a stream is not one message.
public enum GRPCFrameError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The flag before the message is neither 0 nor 1.
    case malformed
    /// The message is longer than allowed, in bytes.
    case tooLarge(length: Int, limit: Int)
    /// Something follows the message.
    case moreThanOne
    /// The stream ended before the message did, or without one.
    case incomplete

    /// One sentence about the cause.
    public var description: String {
        switch self {
        case .malformed: "The message's flag is neither 0 nor 1."
        case .tooLarge(let length, let limit):
            "The message has \(length) bytes and may have \(limit): send smaller batches."
        case .moreThanOne: "More than one message came: the call takes one."
        case .incomplete: "The stream ended before a whole message had come."
        }
    }
}
