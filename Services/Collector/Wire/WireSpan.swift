/// A `Span` message.
struct WireSpan: WireItem {
    private(set) var traceID: (high: UInt64, low: UInt64) = (0, 0)
    private(set) var spanID: UInt64 = 0
    private(set) var parentSpanID: UInt64 = 0
    private(set) var traceState = WireBytes.none
    private(set) var name = WireBytes.none
    private(set) var kind: Int32 = 0
    private(set) var startTime: UInt64 = 0
    private(set) var endTime: UInt64 = 0
    private(set) var attributes: [WireAttribute] = []
    private(set) var events: [WireEvent] = []
    private(set) var links: [WireLink] = []
    /// The attributes of all events and links, one list behind the other.
    private(set) var nestedAttributes: [WireAttribute] = []
    private(set) var statusMessage = WireBytes.none
    private(set) var statusCode: Int32 = 0

    private mutating func clear() {
        (traceID, spanID, parentSpanID, kind, startTime, endTime, statusCode) = ((0, 0), 0, 0, 0, 0, 0, 0)
        (traceState, name, statusMessage) = (WireBytes.none, WireBytes.none, WireBytes.none)
        attributes.removeAll(keepingCapacity: true)
        if !events.isEmpty { events.removeAll(keepingCapacity: true) }
        if !links.isEmpty { links.removeAll(keepingCapacity: true) }
        if !nestedAttributes.isEmpty { nestedAttributes.removeAll(keepingCapacity: true) }
    }

    mutating func read(_ message: WireReader) throws(WireError) {
        clear()
        var reader = message
        while try reader.next() {
            switch reader.tag {
            case 1 << 3 | 2: traceID = try reader.content.traceID()
            case 2 << 3 | 2: spanID = try reader.content.spanID()
            case 3 << 3 | 2: traceState = try reader.text()
            case 4 << 3 | 2: parentSpanID = try reader.content.spanID()
            case 5 << 3 | 2: name = try reader.text()
            case 6 << 3 | 0: kind = Int32(truncatingIfNeeded: reader.scalar)
            case 7 << 3 | 1: startTime = reader.scalar
            case 8 << 3 | 1: endTime = reader.scalar
            case 9 << 3 | 2: try attributes.append(attribute: reader)
            case 11 << 3 | 2:
                guard events.count < WireAttribute.limit else { throw .tooMany }
                events.append(try WireEvent(reader.message(), &nestedAttributes))
            case 13 << 3 | 2:
                guard links.count < WireAttribute.limit else { throw .tooMany }
                links.append(try WireLink(reader.message(), &nestedAttributes))
            case 15 << 3 | 2: try readStatus(reader.message())
            default: break
            }
        }
    }

    private mutating func readStatus(_ message: WireReader) throws(WireError) {
        (statusMessage, statusCode) = (WireBytes.none, 0)
        var reader = message
        while try reader.next() {
            switch reader.tag {
            case 2 << 3 | 2: statusMessage = try reader.text()
            case 3 << 3 | 0: statusCode = Int32(truncatingIfNeeded: reader.scalar)
            default: break
            }
        }
    }

    func time(_ times: StorableTimes) -> UInt64 { times.known(startTime, endTime) }

    func rejection(_ times: StorableTimes) -> Rejection? {
        guard traceID.high | traceID.low != 0, spanID != 0 else { return .withoutID }
        return times.rejection(of: time(times))
    }

    var rowBytes: Int {
        var bytes = 250 + name.count + traceState.count + statusMessage.count
        bytes += attributes[...].rowBytes + nestedAttributes[...].rowBytes
        for event in events { bytes += 32 + event.name.count }
        for link in links { bytes += 80 + link.traceState.count }
        return bytes
    }
}

/// An `Event` message of a span.
struct WireEvent {
    private(set) var time: UInt64 = 0
    private(set) var name = WireBytes.none
    /// Where its attributes are among the span's nested ones.
    let attributes: Range<Int>

    fileprivate init(_ message: WireReader, _ nested: inout [WireAttribute]) throws(WireError) {
        let start = nested.count
        var reader = message
        while try reader.next() {
            switch reader.tag {
            case 1 << 3 | 1: time = reader.scalar
            case 2 << 3 | 2: name = try reader.text()
            case 3 << 3 | 2: try nested.append(attribute: reader)
            default: break
            }
        }
        attributes = start..<nested.count
    }
}

/// A `Link` message of a span.
struct WireLink {
    private(set) var traceID: (high: UInt64, low: UInt64) = (0, 0)
    private(set) var spanID: UInt64 = 0
    private(set) var traceState = WireBytes.none
    /// Where its attributes are among the span's nested ones.
    let attributes: Range<Int>

    fileprivate init(_ message: WireReader, _ nested: inout [WireAttribute]) throws(WireError) {
        let start = nested.count
        var reader = message
        while try reader.next() {
            switch reader.tag {
            case 1 << 3 | 2: traceID = try reader.content.traceID()
            case 2 << 3 | 2: spanID = try reader.content.spanID()
            case 3 << 3 | 2: traceState = try reader.text()
            case 4 << 3 | 2: try nested.append(attribute: reader)
            default: break
            }
        }
        attributes = start..<nested.count
    }
}
