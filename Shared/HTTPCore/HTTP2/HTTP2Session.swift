import CNGHTTP2
import HTTPTypes

/// One connection's side of HTTP/2 (RFC 9113) as libnghttp2 speaks it: the client's bytes in, events and our bytes out.
///
/// It knows neither sockets nor clocks nor locks. libnghttp2's callbacks get this object unretained: the object owns the C
/// session and frees it in its `deinit`, so no callback can come after that.
///
/// `@unchecked Sendable`: all of it is used under the lock of the ``HTTP2Connection`` that owns it.
final class HTTP2Session: @unchecked Sendable {
    /// A stream from its HEADERS on, until it is closed and its handler has returned.
    struct Stream {
        enum Phase {
            /// Its request's head is incomplete.
            case head
            /// A handler has it.
            case handled
            /// Its handler has returned.
            case released
        }

        var phase = Phase.head
        var block: HTTP2FieldBlock? = HTTP2FieldBlock()
        var inbox: StreamInbox
        var outbox = StreamOutbox()
        /// Whether the answer's last frame was made.
        var isAnswered = false
        /// Whether we ended it ourselves.
        var isResetByServer = false
        var isClosed = false
    }

    let limits: HTTP2Limits
    let messageLimits: MessageLimits
    private let maximumBodyBytes: Int
    private(set) var session: OpaquePointer?
    var streams: [Int32: Stream] = [:]
    /// What happened since the last time.
    var events: [HTTP2Event] = []
    /// What the client did too much of since the last time.
    private var excesses: [HTTP2Excess] = []
    /// The streams whose writers may go on, since their bytes became frames.
    var written: [Int32] = []
    /// When the bytes came that are looked at now.
    var now = MonotonicTime(nanoseconds: 0)
    private var resets: TokenBucket
    private var controlFrames: TokenBucket
    /// Since when a head is incomplete.
    var headBegan: MonotonicTime?
    /// Whether the client's first SETTINGS came, so that it speaks HTTP/2 indeed.
    var hasBegun = false
    /// What the client is told at the end that libnghttp2 cannot tell any more.
    private var lastWords: [UInt8]?
    private var hasFailed = false
    private var ending: HTTP2ErrorCode?
    private var isTerminated = false
    /// Whether it was counted why libnghttp2 ends the connection.
    private var isEndCounted = false

    /// A session that has seen nothing of the client yet.
    init(limits: HTTP2Limits, messageLimits: MessageLimits, maximumBodyBytes: Int) {
        self.limits = limits
        self.messageLimits = messageLimits
        self.maximumBodyBytes = maximumBodyBytes
        resets = TokenBucket(perSecond: limits.resetsPerSecond)
        controlFrames = TokenBucket(perSecond: limits.controlFramesPerSecond)
        session = makeSession()
        submitSettings()
    }

    deinit {
        nghttp2_session_del(session)
    }

    private func makeSession() -> OpaquePointer? {
        var options: OpaquePointer?
        guard nghttp2_option_new(&options) == 0 else { return nil }
        defer { nghttp2_option_del(options) }
        // A window opens when a handler has read, not when bytes have come.
        nghttp2_option_set_no_auto_window_update(options, 1)
        nghttp2_option_set_no_closed_streams(options, 1)
        // Resets are counted here, whoever caused them.
        nghttp2_option_set_stream_reset_rate_limit(options, .max, .max)
        var session: OpaquePointer?
        Self.withCallbacks { callbacks in
            _ = nghttp2_session_server_new2(&session, callbacks, Unmanaged.passUnretained(self).toOpaque(), options)
        }
        return session
    }

    private func submitSettings() {
        let values: [(nghttp2_settings_id, Int)] = [
            (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.maximumConcurrentStreams),
            (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindowBytes),
            (NGHTTP2_SETTINGS_MAX_FRAME_SIZE, min(max(limits.maximumFrameBytes, 16_384), 16_777_215)),
            (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, messageLimits.requestLineBytes + messageLimits.fieldBytes),
        ]
        let entries = values.map { id, value in
            nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: UInt32(clamping: min(value, 0x7FFF_FFFF)))
        }
        nghttp2_submit_settings(session, 0, entries, entries.count)
        nghttp2_session_set_local_window_size(session, 0, 0, Int32(clamping: max(limits.connectionWindowBytes, 65_535)))
    }

    // MARK: Bytes

    /// Takes what the client has sent; nothing more once the session ends by an error.
    func receive(_ bytes: UnsafeBufferPointer<UInt8>, at now: MonotonicTime) {
        guard !isEnding else { return }
        self.now = now
        let result = nghttp2_session_mem_recv(session, bytes.baseAddress, bytes.count)
        if result < 0 { fail(result) }
        terminateIfEnding()
    }

    /// What happened since the last time, because bytes came or were made.
    func takeEvents() -> [HTTP2Event] {
        defer { events = [] }
        return events
    }

    /// Shows the next frames for the client; `false` when there are none now.
    func nextOutput(_ send: (UnsafeRawBufferPointer) -> Void) -> Bool {
        if let lastWords {
            lastWords.withUnsafeBytes(send)
            self.lastWords = nil
            return true
        }
        guard !hasFailed else { return false }
        var start: UnsafePointer<UInt8>?
        let count = nghttp2_session_mem_send(session, &start)
        guard count > 0 else {
            if count < 0 { hasFailed = true }
            return false
        }
        send(UnsafeRawBufferPointer(start: start, count: count))
        // A stream that libnghttp2 resets is closed, and counted, when the frame is made.
        terminateIfEnding()
        return true
    }

    /// The streams whose writers may go on since the last time.
    func takeWritten() -> [Int32] {
        defer { written = [] }
        return written
    }

    /// What was to be counted since the last time.
    func takeExcesses() -> [HTTP2Excess] {
        defer { excesses = [] }
        return excesses
    }

    /// Whether the connection ends, and only its last frames are to be sent.
    var isEnding: Bool { ending != nil || hasFailed }

    /// Whether there may be frames for the client.
    var hasOutput: Bool {
        lastWords != nil || !hasFailed && nghttp2_session_want_write(session) != 0
    }

    /// Whether nothing more is expected from the client.
    var isOver: Bool { hasFailed || nghttp2_session_want_read(session) == 0 }

    /// libnghttp2 has given the connection up, and cannot say so itself: a GOAWAY by hand.
    private func fail(_ error: Int) {
        hasFailed = true
        let excess: HTTP2Excess
        let code: HTTP2ErrorCode
        switch Int32(error) {
        case NGHTTP2_ERR_FLOODED.rawValue: (excess, code) = (.controlFrames, .enhanceYourCalm)
        case NGHTTP2_ERR_BAD_CLIENT_MAGIC.rawValue: (excess, code) = (.malformed, .protocolError)
        default: (excess, code) = headBegan == nil ? (.malformed, .protocolError) : (.continuations, .enhanceYourCalm)
        }
        excesses.append(excess)
        let last = UInt32(bitPattern: nghttp2_session_get_last_proc_stream_id(session))
        lastWords = [0, 0, 8, 7, 0, 0, 0, 0, 0]
        for word in [last, code.rawValue] {
            withUnsafeBytes(of: word.bigEndian) { lastWords?.append(contentsOf: $0) }
        }
    }

    // MARK: Limits

    /// The client went too far: the connection ends once the bytes at hand are looked at.
    func exceed(_ excess: HTTP2Excess, _ code: HTTP2ErrorCode = .enhanceYourCalm) {
        guard ending == nil else { return }
        ending = code
        excesses.append(excess)
    }

    /// The client did something that costs it a request.
    func count(_ excess: HTTP2Excess) {
        excesses.append(excess)
    }

    /// libnghttp2 ends the connection.
    func countEnd(_ excess: HTTP2Excess) {
        guard ending == nil, !isEndCounted else { return }
        isEndCounted = true
        excesses.append(excess)
    }

    func countControlFrame() {
        if !controlFrames.take(at: now) { exceed(.controlFrames) }
    }

    func countReset() {
        if !resets.take(at: now) { exceed(.resets) }
    }

    func makeStream() -> Stream {
        Stream(inbox: StreamInbox(maximumBytes: maximumBodyBytes))
    }

    // MARK: Ending

    /// Tells the client to open no more streams; a ping shows when it knows.
    func announceEnd() {
        nghttp2_submit_shutdown_notice(session)
        nghttp2_submit_ping(session, 0, nil)
    }

    /// Takes no further stream; those that are open go on.
    func endAfterOpenStreams() {
        let last = nghttp2_session_get_last_proc_stream_id(session)
        nghttp2_submit_goaway(session, 0, last, HTTP2ErrorCode.noError.rawValue, nil, 0)
    }

    /// Ends the connection once what is ready was sent.
    func end(_ code: HTTP2ErrorCode) {
        guard !isEnding else { return }
        ending = code
        terminateIfEnding()
    }

    /// Has libnghttp2 say the end, which it cannot be told while it calls back.
    func terminateIfEnding() {
        guard let ending, !isTerminated, !hasFailed else { return }
        isTerminated = true
        nghttp2_session_terminate_session(session, ending.rawValue)
    }
}
