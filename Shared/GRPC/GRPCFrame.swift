/// A message as gRPC puts it into a stream: a flag, its length, itself (gRPC over HTTP/2, Length-Prefixed-Message).
public struct GRPCFrame: Sendable, Hashable {
    /// How many octets stand before the message.
    static let prefixLength = 5

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
        bytes.append(isCompressed ? 1 : 0)
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: message.count >> shift)) }
        bytes += message
        return bytes
    }
}
