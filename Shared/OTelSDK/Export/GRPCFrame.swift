/// A message as gRPC puts it into a stream: a flag, its length, itself (gRPC over HTTP/2, Length-Prefixed-Message).
struct GRPCFrame: Equatable {
    let message: [UInt8]
    let isCompressed: Bool

    init(_ message: [UInt8], isCompressed: Bool) {
        self.message = message
        self.isCompressed = isCompressed
    }

    /// Reads the first message of a stream; `nil` when there is none that is whole.
    init?(first stream: [UInt8]) {
        guard stream.count >= 5, stream[0] <= 1 else { return nil }
        let length = stream[1..<5].reduce(0) { $0 << 8 | Int($1) }
        guard stream.count - 5 >= length else { return nil }
        self.init(Array(stream[5..<5 + length]), isCompressed: stream[0] == 1)
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(message.count + 5)
        bytes.append(isCompressed ? 1 : 0)
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: message.count >> shift)) }
        bytes += message
        return bytes
    }
}
