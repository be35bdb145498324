/// A message as gRPC puts it into a stream: a flag, its length, itself (gRPC over HTTP/2, Length-Prefixed-Message).
public struct GRPCFrame: Sendable, Hashable {
    /// How many octets stand before the message.
    public static let prefixLength = 5

    /// The message as it is sent.
    public var message: [UInt8]
    /// Whether it is compressed, as the field `grpc-encoding` says how.
    public var isCompressed: Bool

    /// Creates a frame.
    public init(_ message: [UInt8], isCompressed: Bool = false) {
        self.message = message
        self.isCompressed = isCompressed
    }

    /// The frame as it goes on the wire.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(message.count + Self.prefixLength)
        bytes += Self.prefix(message.count, isCompressed: isCompressed)
        bytes += message
        return bytes
    }

    /// What stands before a message of so many octets, for a sender that writes the message itself.
    public static func prefix(_ count: Int, isCompressed: Bool = false) -> [UInt8] {
        [isCompressed ? 1 : 0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
    }
}
