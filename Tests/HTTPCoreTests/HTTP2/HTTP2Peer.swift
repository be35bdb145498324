@testable import HTTPCore

/// A client of HTTP/2 that says what no library would say, frame by frame, and understands just enough of the answers.
final class HTTP2Peer: Sendable {
    /// A frame as it is on the wire (RFC 9113, section 4.1).
    struct Frame: Sendable, Equatable {
        var type: UInt8
        var flags: UInt8 = 0
        var stream: Int32 = 0
        var payload: [UInt8] = []

        var bytes: [UInt8] {
            let length = UInt32(payload.count)
            return [UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), type, flags]
                + HTTP2Peer.octets(of: UInt32(bitPattern: stream)) + payload
        }

        /// The code of a GOAWAY or RST_STREAM frame.
        var errorCode: UInt32? {
            let code = type == HTTP2Frame.goAway ? payload.dropFirst(4).prefix(4) : payload.prefix(4)
            return code.count == 4 ? code.reduce(0) { $0 << 8 | UInt32($1) } : nil
        }

        var endsStream: Bool {
            (type == HTTP2Frame.data || type == HTTP2Frame.headers) && flags & HTTP2Frame.endStream != 0
        }
    }

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    static let priority: UInt8 = 2
    static let continuation: UInt8 = 9
    static let endHeaders: UInt8 = 0x4

    private let raw: RawConnection

    /// Connects; ``begin(settings:)`` says the preface.
    init(port: Int) {
        raw = RawConnection(port: port)
    }

    static func octets(of number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    // MARK: Saying

    func send(_ bytes: [UInt8]) { raw.send(bytes) }

    func send(_ frames: Frame...) { raw.send(frames.flatMap(\.bytes)) }

    /// Says the preface.
    func begin(settings: [(id: UInt8, value: UInt32)] = []) {
        send(Self.preface + Self.settings(settings).bytes)
    }

    /// Ends this half of the connection.
    func finishSending() { raw.finishSending() }

    /// Ends the connection with a reset.
    func reset() { raw.reset() }

    static func settings(_ entries: [(id: UInt8, value: UInt32)] = []) -> Frame {
        Frame(type: HTTP2Frame.settings, payload: entries.flatMap { [0, $0.id] + octets(of: $0.value) })
    }

    static func ping() -> Frame { Frame(type: HTTP2Frame.ping, payload: [1, 2, 3, 4, 5, 6, 7, 8]) }

    static func windowUpdate(_ increment: UInt32, stream: Int32 = 0) -> Frame {
        Frame(type: HTTP2Frame.windowUpdate, stream: stream, payload: octets(of: increment))
    }

    static func resetStream(_ stream: Int32, code: UInt32 = 8) -> Frame {
        Frame(type: HTTP2Frame.resetStream, stream: stream, payload: octets(of: code))
    }

    static func data(_ payload: [UInt8], stream: Int32, ends: Bool = false) -> Frame {
        Frame(type: HTTP2Frame.data, flags: ends ? HTTP2Frame.endStream : 0, stream: stream, payload: payload)
    }

    /// A request's head.
    static func head(
        _ method: String,
        _ path: String,
        stream: Int32,
        fields: [(name: String, value: String)] = [],
        ends: Bool = true
    ) -> Frame {
        let pseudo = [(":method", method), (":scheme", "http"), (":path", path), (":authority", "shop.test")]
        return fieldBlock(pseudo + fields, stream: stream, flags: endHeaders | (ends ? HTTP2Frame.endStream : 0))
    }

    /// The head of a GET request.
    static func head(_ path: String, stream: Int32) -> Frame { head("GET", path, stream: stream) }

    /// A HEADERS frame with fields as literals (RFC 7541, section 6.2.2).
    static func fieldBlock(_ fields: [(name: String, value: String)], stream: Int32, flags: UInt8) -> Frame {
        Frame(
            type: HTTP2Frame.headers,
            flags: flags,
            stream: stream,
            payload: fields.flatMap { [0] + text($0.name) + text($0.value) }
        )
    }

    private static func text(_ text: String) -> [UInt8] {
        let octets = Array(text.utf8)
        var length: [UInt8] = []
        if octets.count < 127 {
            length = [UInt8(octets.count)]
        } else {
            length = [127]
            var rest = octets.count - 127
            while rest >= 128 {
                length.append(UInt8(rest & 0x7F) | 0x80)
                rest >>= 7
            }
            length.append(UInt8(rest))
        }
        return length + octets
    }

    // MARK: Hearing

    /// The next frame; `nil` at the end of the connection.
    func nextFrame() async -> Frame? {
        let head = await raw.readBytes(9, atOnce: 9)
        guard head.count == 9 else { return nil }
        let length = head[0..<3].reduce(0) { $0 << 8 | Int($1) }
        let payload = length == 0 ? [] : await raw.readBytes(length, atOnce: length)
        guard payload.count == length else { return nil }
        let stream = head[5..<9].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Frame(type: head[3], flags: head[4], stream: Int32(bitPattern: stream), payload: payload)
    }

    /// All frames up to the first that fits, or to the end of the connection.
    func frames(upTo isLast: (Frame) -> Bool) async -> [Frame] {
        var frames: [Frame] = []
        while let frame = await nextFrame() {
            frames.append(frame)
            if isLast(frame) { break }
        }
        return frames
    }

    /// The content of a stream's answer; `nil` when it is not whole.
    func body(of stream: Int32) async -> [UInt8]? {
        let frames = await frames { $0.stream == stream && ($0.endsStream || $0.type == HTTP2Frame.resetStream) }
        guard frames.last?.endsStream == true else { return nil }
        return frames.filter { $0.stream == stream && $0.type == HTTP2Frame.data }.flatMap(\.payload)
    }

    /// The code with which the server ends the connection; `nil` when it ends without one.
    func endOfConnection() async -> UInt32? {
        let frames = await frames { _ in false }
        return frames.last { $0.type == HTTP2Frame.goAway }?.errorCode
    }
}
