import CNGHTTP2
import HTTPTypes

extension HTTP2Session {
    // MARK: Answering

    /// Sends a response's head.
    ///
    /// - Parameter ends: Whether no body follows.
    func respond(_ fields: HTTP2FieldList, on stream: Int32, ends: Bool) {
        guard isOpen(stream) else { return }
        var provider = nghttp2_data_provider()
        provider.read_callback = { _, stream, buffer, length, flags, _, owner in
            guard let session = HTTP2Session.from(owner), let buffer, let flags else {
                return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
            }
            let frame = UnsafeMutableRawBufferPointer(start: buffer, count: length)
            return session.fill(frame, of: stream, flags: flags)
        }
        _ = fields.withFields { start, count in
            ends
                ? nghttp2_submit_response(session, stream, start, count, nil)
                : nghttp2_submit_response(session, stream, start, count, &provider)
        }
    }

    /// Sends an interim response, such as 100 Continue.
    func inform(_ status: Int, on stream: Int32) {
        guard isOpen(stream) else { return }
        _ = HTTP2FieldList(interim: status).withFields { start, count in
            nghttp2_submit_headers(session, 0, stream, nil, start, count, nil)
        }
    }

    /// Adds to a response's body; whether its writer may go on at once.
    func write(_ bytes: [UInt8], on stream: Int32) -> Bool {
        guard isOpen(stream) else { return true }
        streams[stream]?.outbox.append(bytes)
        nghttp2_session_resume_data(session, stream)
        return streams[stream]?.outbox.hasRoom ?? true
    }

    /// Ends a response's body.
    func endBody(trailers: HTTPFields, on stream: Int32) {
        guard isOpen(stream) else { return }
        streams[stream]?.outbox.end(trailers: trailers)
        nghttp2_session_resume_data(session, stream)
    }

    /// Gives a stream up.
    func reset(_ stream: Int32, _ code: HTTP2ErrorCode) {
        guard isOpen(stream) else { return }
        streams[stream]?.isResetByServer = true
        nghttp2_submit_rst_stream(session, 0, stream, code.rawValue)
    }

    /// Does not take a request, which counts as if the client had reset it.
    func refuse(_ stream: Int32) {
        reset(stream, .refusedStream)
        release(stream)
        countReset()
        terminateIfEnding()
    }

    /// The handler has returned and its answer was sent or given up.
    func release(_ stream: Int32) {
        guard let state = streams[stream] else { return }
        // The client need not send the rest of a body that nobody reads (RFC 9113, section 8.1).
        if state.isAnswered, !state.inbox.isComplete { reset(stream, .noError) }
        let unread = streams[stream]?.inbox.close() ?? 0
        if unread > 0 { consume(unread, on: stream) }
        streams[stream]?.phase = .released
        if state.isClosed { streams[stream] = nil }
    }

    /// Bytes were read: the client may send as many more.
    func consume(_ count: Int, on stream: Int32) {
        nghttp2_session_consume(session, stream, count)
    }

    private func isOpen(_ stream: Int32) -> Bool {
        streams[stream].map { !$0.isClosed && !$0.isResetByServer } ?? false
    }

    /// Fills a DATA frame.
    private func fill(
        _ frame: UnsafeMutableRawBufferPointer,
        of stream: Int32,
        flags: UnsafeMutablePointer<UInt32>
    ) -> Int {
        guard let taken = streams[stream]?.outbox.take(into: frame) else { return Int(NGHTTP2_ERR_DEFERRED.rawValue) }
        written.append(stream)
        guard let outbox = streams[stream]?.outbox, outbox.isTaken else { return taken }
        flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
        if !outbox.trailers.isEmpty {
            flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
            _ = HTTP2FieldList(trailers: outbox.trailers).withFields { start, count in
                nghttp2_submit_trailer(session, stream, start, count)
            }
        }
        return taken
    }
}
