import CChecksum

/// One record of the write-ahead log, as it lies in a segment: a head of a fixed size, then the payload.
///
/// Numbers are little-endian. The head has a checksum of its own, so that a damaged payload does not hide where the next
/// record begins; behind a damaged head the next one is found by its mark.
///
///     0  mark, 4 bytes          16  sequence, 8         44  checksum of the payload, 4 (CRC-32C)
///     4  kind, 1                24  batch, 8            48  checksum of the bytes before, 4 (CRC-32C)
///     5  own, 1; 0, 2           32  arrival, 8
///     8  payload's length, 8    40  items, 4
struct LogFrame: Sendable, Equatable {
    /// What a record says.
    enum Kind: UInt8, Sendable {
        /// A request was taken; the payload is its body in protobuf.
        case request = 1
        /// ClickHouse has stored all requests of the batch, or they were given up.
        case finished = 2
    }

    static let headSize = 52
    /// "FLW1", which names the format's version too.
    static let mark: [UInt8] = [0x46, 0x4C, 0x57, 0x31]

    var kind: Kind
    /// Whether the request is the collector's own telemetry: 1 on the disk, else 0.
    var isOwn = false
    /// Counts the records of a log, from 1: a gap tells how many were lost.
    var sequence: UInt64
    /// Which batch the request belongs to. It is chosen before the record is written, so that after a restart the batch
    /// has the same requests, and ClickHouse knows it by the same token.
    var batch: BatchID
    /// When the request arrived, in nanoseconds since 1970, UTC.
    var arrival: UInt64
    /// How many items the request has.
    var items: UInt32
    var payloadLength: Int
    var payloadChecksum: UInt32

    /// The size of the whole record.
    var size: Int { Self.headSize + payloadLength }

    /// A record for a payload.
    init(
        _ kind: Kind,
        sequence: UInt64,
        batch: BatchID,
        arrival: UInt64,
        items: Int,
        payload: [UInt8],
        isOwn: Bool = false
    ) {
        self.kind = kind
        self.isOwn = isOwn
        self.sequence = sequence
        self.batch = batch
        self.arrival = arrival
        self.items = UInt32(clamping: items)
        payloadLength = payload.count
        payloadChecksum = payload.withUnsafeBytes { Self.checksum($0) }
    }

    /// The head as it is written.
    var head: [UInt8] {
        var bytes = Self.mark
        bytes.reserveCapacity(Self.headSize)
        bytes += [kind.rawValue, isOwn ? 1 : 0, 0, 0]
        bytes.append(littleEndian: UInt64(payloadLength))
        bytes.append(littleEndian: sequence)
        bytes.append(littleEndian: batch.number)
        bytes.append(littleEndian: arrival)
        bytes.append(littleEndian32: items)
        bytes.append(littleEndian32: payloadChecksum)
        bytes.append(littleEndian32: bytes.withUnsafeBytes { Self.checksum($0) })
        return bytes
    }

    /// Reads a head; `nil` when the bytes are none, or damaged.
    init?(head: UnsafeRawBufferPointer) {
        guard head.count >= Self.headSize, Self.mark.indices.allSatisfy({ head[$0] == Self.mark[$0] }) else {
            return nil
        }
        let covered = UnsafeRawBufferPointer(rebasing: head[..<(Self.headSize - 4)])
        guard Self.checksum(covered) == head.number(at: 48, UInt32.self), let kind = Kind(rawValue: head[4]),
            let length = Int(exactly: head.number(at: 8, UInt64.self))
        else { return nil }
        self.kind = kind
        isOwn = head[5] == 1
        payloadLength = length
        sequence = head.number(at: 16, UInt64.self)
        batch = BatchID(number: head.number(at: 24, UInt64.self))
        arrival = head.number(at: 32, UInt64.self)
        items = head.number(at: 40, UInt32.self)
        payloadChecksum = head.number(at: 44, UInt32.self)
    }

    /// Whether the payload is the one that was written.
    func isIntact(_ payload: UnsafeRawBufferPointer) -> Bool {
        payload.count == payloadLength && Self.checksum(payload) == payloadChecksum
    }

    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        cchecksum_crc32c(0, bytes.baseAddress, bytes.count)
    }
}

/// Names a batch of a log, in every process that ever writes or reads it.
struct BatchID: Sendable, Hashable {
    let number: UInt64
}

extension UnsafeRawBufferPointer {
    fileprivate func number<Number: FixedWidthInteger>(at offset: Int, _ type: Number.Type) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian32 value: UInt32) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
