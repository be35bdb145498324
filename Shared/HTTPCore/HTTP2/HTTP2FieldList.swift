import CNGHTTP2
import HTTPTypes

/// Fields as libnghttp2 takes them: names and values in one piece of memory.
struct HTTP2FieldList {
    private var octets: [UInt8] = []
    private var lengths: [(name: Int, value: Int)] = []

    /// A response's head. What belongs to one HTTP/1.1 connection is left out (RFC 9113, section 8.2.2).
    ///
    /// - Parameter length: How many bytes of content follow, if that is known and means something.
    init(_ head: HTTPResponse, length: Int?, date: HTTPDate) {
        octets.reserveCapacity(256)
        append(":status", String(head.status.code))
        var hasDate = false
        for field in head.headerFields where !Self.isServers(field.name.canonicalName) {
            if field.name.canonicalName == "date" { hasDate = true }
            append(field)
        }
        if !hasDate { append("date", date.text) }
        if let length { append("content-length", String(length)) }
    }

    /// An interim response without fields.
    init(interim status: Int) {
        append(":status", String(status))
    }

    /// Fields that follow a body.
    init(trailers: HTTPFields) {
        for field in trailers where !Self.isServers(field.name.canonicalName) { append(field) }
    }

    /// Shows the fields to libnghttp2, which copies them.
    func withFields<Result>(_ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result) -> Result {
        octets.withUnsafeBufferPointer { octets in
            withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: lengths.count) { fields in
                var position = UnsafeMutablePointer(mutating: octets.baseAddress)
                for (index, length) in lengths.enumerated() {
                    let value = position.map { $0 + length.name }
                    fields.initializeElement(
                        at: index,
                        to: nghttp2_nv(
                            name: position,
                            value: value,
                            namelen: length.name,
                            valuelen: length.value,
                            flags: 0
                        )
                    )
                    position = value.map { $0 + length.value }
                }
                return body(UnsafePointer(fields.baseAddress), lengths.count)
            }
        }
    }

    private mutating func append(_ name: StaticString, _ value: String) {
        octets.append(name)
        octets.append(value)
        lengths.append((name.utf8CodeUnitCount, value.utf8.count))
    }

    private mutating func append(_ field: HTTPField) {
        let isSafe = field.withUnsafeBytesOfValue { $0.allSatisfy(Octet.isFieldValue) }
        guard isSafe else { return }
        let name = field.name.canonicalName
        octets.append(name)
        let start = octets.count
        field.withUnsafeBytesOfValue { octets.append(contentsOf: $0) }
        lengths.append((name.utf8.count, octets.count - start))
    }

    private static func isServers(_ name: String) -> Bool {
        switch name.utf8.count {
        case 7: name == "upgrade"
        case 10: name == "connection" || name == "keep-alive"
        case 14: name == "content-length"
        case 16: name == "proxy-connection"
        case 17: name == "transfer-encoding"
        default: false
        }
    }
}
