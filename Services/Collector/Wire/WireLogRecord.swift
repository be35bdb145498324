/// A `LogRecord` message.
struct WireLogRecord: WireItem {
    private(set) var time: UInt64 = 0
    private(set) var observedTime: UInt64 = 0
    private(set) var severityNumber: Int32 = 0
    private(set) var severityText = WireBytes.none
    /// The `AnyValue` message.
    private(set) var body = WireBytes.none
    private(set) var attributes: [WireAttribute] = []
    private(set) var flags: UInt32 = 0
    private(set) var traceID: (high: UInt64, low: UInt64) = (0, 0)
    private(set) var spanID: UInt64 = 0
    private(set) var eventName = WireBytes.none

    private mutating func clear() {
        (time, observedTime, severityNumber, flags, traceID, spanID) = (0, 0, 0, 0, (0, 0), 0)
        (severityText, body, eventName) = (WireBytes.none, WireBytes.none, WireBytes.none)
        attributes.removeAll(keepingCapacity: true)
    }

    mutating func read(_ message: WireReader) throws(WireError) {
        clear()
        var reader = message
        while try reader.next() {
            switch reader.tag {
            case 1 << 3 | 1: time = reader.scalar
            case 2 << 3 | 0: severityNumber = Int32(truncatingIfNeeded: reader.scalar)
            case 3 << 3 | 2: severityText = try reader.text()
            case 5 << 3 | 2: body = try WireValue.checked(reader)
            case 6 << 3 | 2: try attributes.append(attribute: reader)
            case 8 << 3 | 5: flags = UInt32(truncatingIfNeeded: reader.scalar)
            case 9 << 3 | 2: traceID = try reader.content.traceID()
            case 10 << 3 | 2: spanID = try reader.content.spanID()
            case 11 << 3 | 1: observedTime = reader.scalar
            case 12 << 3 | 2: eventName = try reader.text()
            default: break
            }
        }
    }

    func time(_ times: StorableTimes) -> UInt64 { times.known(time, observedTime) }

    func rejection(_ times: StorableTimes) -> Rejection? { times.rejection(of: time(times)) }

    /// Whether it belongs to the recording of a browser's session.
    var isReplay: Bool { attributes.contains { $0.key.elementsEqual("rr-web.event".utf8) } }

    var rowBytes: Int {
        attributes[...].rowBytes + 150 + severityText.count + eventName.count + body.count * 4 / 3
    }
}
