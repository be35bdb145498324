/// A request that was encoded once and is sent many times: before each sending only what must differ is written over.
///
/// What differs has a fixed length in protobuf's wire format (ids are 16 or 8 bytes, times and values are `fixed64`), so
/// that the rest stays where it is. Making a request costs some nanoseconds a record.
struct TelemetryTemplate: Sendable {
    /// Something that differs from request to request.
    struct Mark: Sendable, Equatable {
        enum Content: Sendable, Equatable {
            /// The 16 bytes of the trace that a record belongs to.
            case traceID(trace: UInt64)
            /// The 8 bytes of a record's own span.
            case spanID(record: UInt64)
            /// A point in time, in nanoseconds from that of the request.
            case time(offset: Int64)
            /// A record's own number as 16 hexadecimal digits.
            case digits(record: UInt64)
            /// A record's number as the value of its point.
            case number(record: UInt64)
        }

        /// Where it stands in the body.
        let position: Int
        let content: Content
    }

    /// The request's body as it was prepared last.
    private(set) var body: [UInt8]
    /// Spans, log records or points.
    let records: Int
    /// Traces that the records belong to.
    let traces: Int
    let marks: [Mark]

    /// Creates a template.
    ///
    /// - Parameters:
    ///   - body: The encoded request, in which each mark's place holds the bytes of its sentinel.
    ///   - sentinels: What stands in the body now, in the order in which it stands there.
    /// - Precondition: Each sentinel stands in the body, after the one before.
    init(_ body: [UInt8], records: Int, traces: Int, sentinels: [(bytes: [UInt8], content: Mark.Content)]) {
        self.body = body
        self.records = records
        self.traces = traces
        var start = 0
        marks = sentinels.map { bytes, content in
            guard let position = Self.position(of: bytes, in: body, from: start) else {
                preconditionFailure("The encoder leaves out a field that was set.")
            }
            start = position + bytes.count
            return Mark(position: position, content: content)
        }
    }

    /// Writes new ids and times.
    ///
    /// - Parameters:
    ///   - key: What tells this run's ids from those of others.
    ///   - request: The request's number: ids of different requests of a key are different.
    ///   - now: Nanoseconds since 1970.
    mutating func prepare(_ key: IDKey, request: UInt64, now: UInt64) {
        let firstRecord = request * UInt64(records)
        let firstTrace = request * UInt64(traces)
        body.withUnsafeMutableBytes { bytes in
            for mark in marks {
                switch mark.content {
                case .traceID(let trace):
                    bytes.storeBytes(of: key.high.bigEndian, toByteOffset: mark.position, as: UInt64.self)
                    let low = key.trace(firstTrace + trace).bigEndian
                    bytes.storeBytes(of: low, toByteOffset: mark.position + 8, as: UInt64.self)
                case .spanID(let record):
                    let id = key.span(firstRecord + record).bigEndian
                    bytes.storeBytes(of: id, toByteOffset: mark.position, as: UInt64.self)
                case .time(let offset):
                    let time = (now &+ UInt64(bitPattern: offset)).littleEndian
                    bytes.storeBytes(of: time, toByteOffset: mark.position, as: UInt64.self)
                case .digits(let record):
                    Self.write(key.span(firstRecord + record), to: bytes, at: mark.position)
                case .number(let record):
                    let number = (firstRecord + record).littleEndian
                    bytes.storeBytes(of: number, toByteOffset: mark.position, as: UInt64.self)
                }
            }
        }
    }

    private static func write(_ number: UInt64, to bytes: UnsafeMutableRawBufferPointer, at position: Int) {
        for index in 0..<16 {
            let nibble = UInt8(truncatingIfNeeded: number >> (60 - 4 * UInt64(index))) & 15
            bytes[position + index] = nibble < 10 ? nibble + 0x30 : nibble + 0x57
        }
    }

    private static func position(of needle: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        body.withUnsafeBufferPointer { body in
            var index = start
            while index + needle.count <= body.count {
                if body[index] == needle[0], body[index..<index + needle.count].elementsEqual(needle) { return index }
                index += 1
            }
            return nil
        }
    }
}
