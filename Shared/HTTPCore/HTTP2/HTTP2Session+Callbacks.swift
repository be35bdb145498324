import CNGHTTP2
import HTTPTypes

/// The frames that a client sends (RFC 9113, section 6).
enum HTTP2Frame {
    static let data: UInt8 = 0
    static let headers: UInt8 = 1
    static let resetStream: UInt8 = 3
    static let settings: UInt8 = 4
    static let ping: UInt8 = 6
    static let goAway: UInt8 = 7
    static let windowUpdate: UInt8 = 8

    static let endStream: UInt8 = 0x1
    static let acknowledgement: UInt8 = 0x1
}

extension HTTP2Session {
    /// The session that a callback belongs to.
    static func from(_ owner: UnsafeMutableRawPointer?) -> HTTP2Session? {
        owner.map { Unmanaged<HTTP2Session>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Makes the table of callbacks, which libnghttp2 copies.
    static func withCallbacks(_ body: (OpaquePointer?) -> Void) {
        var callbacks: OpaquePointer?
        guard nghttp2_session_callbacks_new(&callbacks) == 0 else { return }
        defer { nghttp2_session_callbacks_del(callbacks) }
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, owner in
            if let frame { HTTP2Session.from(owner)?.headBegins(on: frame.pointee.hd.stream_id) }
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _,
            frame,
            name,
            nameCount,
            value,
            valueCount,
            _,
            owner in
            guard let frame else { return 0 }
            HTTP2Session.from(owner)?.field(
                UnsafeBufferPointer(start: name, count: nameCount),
                UnsafeBufferPointer(start: value, count: valueCount),
                on: frame.pointee.hd.stream_id
            )
            return 0
        }
        nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks) { _, frame, _, _, _, _, _, owner in
            if let frame { HTTP2Session.from(owner)?.fieldIsInvalid(on: frame.pointee.hd.stream_id) }
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, owner in
            if let frame { HTTP2Session.from(owner)?.received(frame.pointee) }
            return 0
        }
        nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks) { _, frame, error, owner in
            if let frame { HTTP2Session.from(owner)?.receivedInvalid(frame.pointee.hd, error) }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, stream, bytes, count, owner in
            HTTP2Session.from(owner)?.data(UnsafeBufferPointer(start: bytes, count: count), on: stream)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, owner in
            if let frame { HTTP2Session.from(owner)?.sent(frame.pointee) }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, _, owner in
            HTTP2Session.from(owner)?.closed(stream)
            return 0
        }
        body(callbacks)
    }

    // MARK: Heads

    private func headBegins(on stream: Int32) {
        headBegan = now
        if streams[stream] == nil {
            streams[stream] = makeStream()
        } else {
            streams[stream]?.block = HTTP2FieldBlock()
        }
    }

    private func field(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, on stream: Int32) {
        streams[stream]?.block?.append(name, value, limits: messageLimits)
    }

    private func fieldIsInvalid(on stream: Int32) {
        streams[stream]?.block?.refuse(.bad("A header field has a character that is not allowed."))
    }

    /// A head is complete: a request's, or the fields after its body.
    private func headEnds(on stream: Int32, endsStream: Bool) {
        headBegan = nil
        guard let block = streams[stream]?.block else { return }
        streams[stream]?.block = nil
        guard streams[stream]?.phase == .head else { return endMessage(on: stream, trailers: block.fields) }
        streams[stream]?.phase = .handled
        if endsStream { streams[stream]?.inbox.complete() }
        let head: Result<HTTPRequest, ProtocolError>
        do throws(ProtocolError) {
            head = .success(try block.request())
        } catch {
            head = .failure(error)
            if error.status == .requestHeaderFieldsTooLarge || error.status == .uriTooLong {
                count(.head)
            }
        }
        events.append(
            .request(
                HTTP2Request(
                    stream: stream,
                    head: head,
                    contentLength: block.contentLength,
                    expectsContinue: block.expectsContinue
                )
            )
        )
    }

    private func endMessage(on stream: Int32, trailers: HTTPFields = [:]) {
        streams[stream]?.inbox.complete(trailers: trailers)
        events.append(.readable(stream))
    }

    // MARK: Frames

    private func received(_ frame: nghttp2_frame) {
        let head = frame.hd
        let endsStream = head.flags & HTTP2Frame.endStream != 0
        switch head.type {
        case HTTP2Frame.data:
            if endsStream {
                endMessage(on: head.stream_id)
            } else if head.length == 0 {
                countControlFrame()
            }
        case HTTP2Frame.headers: headEnds(on: head.stream_id, endsStream: endsStream)
        case HTTP2Frame.ping where head.flags & HTTP2Frame.acknowledgement != 0: events.append(.pingAcknowledged)
        case HTTP2Frame.settings:
            hasBegun = true
            if head.flags & HTTP2Frame.acknowledgement == 0 { countControlFrame() }
        // Windows open as often as bytes are read; a reset shows when its stream is closed.
        case HTTP2Frame.windowUpdate, HTTP2Frame.resetStream, HTTP2Frame.goAway: break
        default: countControlFrame()
        }
    }

    private func receivedInvalid(_ head: nghttp2_frame_hd, _ error: Int32) {
        guard head.type == HTTP2Frame.headers else { return }
        headBegan = nil
        if error == NGHTTP2_ERR_REFUSED_STREAM.rawValue { count(.streams) }
        if error == NGHTTP2_ERR_PROTO.rawValue, streams.count >= limits.maximumConcurrentStreams { countEnd(.streams) }
    }

    private func data(_ bytes: UnsafeBufferPointer<UInt8>, on stream: Int32) {
        if streams[stream]?.inbox.append(bytes) != true { consume(bytes.count, on: stream) }
        events.append(.readable(stream))
    }

    private func sent(_ frame: nghttp2_frame) {
        if frame.hd.type == HTTP2Frame.goAway, frame.goaway.error_code != HTTP2ErrorCode.noError.rawValue {
            countEnd(.malformed)
        }
        let isLast =
            (frame.hd.type == HTTP2Frame.data || frame.hd.type == HTTP2Frame.headers)
            && frame.hd.flags & HTTP2Frame.endStream != 0
        guard isLast else { return }
        streams[frame.hd.stream_id]?.isAnswered = true
        written.append(frame.hd.stream_id)
    }

    private func closed(_ stream: Int32) {
        headBegan = nil
        guard let state = streams[stream] else { return }
        streams[stream]?.isClosed = true
        streams[stream]?.block = nil
        streams[stream]?.inbox.fail(.incomplete)
        if !state.isAnswered {
            if !state.isResetByServer { countReset() }
            if state.phase == .handled { events.append(.abandoned(stream)) }
        }
        if state.phase != .handled { streams[stream] = nil }
    }
}
