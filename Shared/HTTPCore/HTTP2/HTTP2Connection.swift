import HTTPTypes
import Synchronization

/// Joins an ``HTTP2Session`` with a socket: one task reads, one writes, and each request has a task of its own.
///
/// What waits for a client is bounded: a handler's reader waits in its stream, a writer until its bytes were sent, and
/// each of them has a deadline.
final class HTTP2Connection: Sendable {
    typealias Waiter = UnsafeContinuation<Void, Never>

    /// What a request's handler waits for.
    struct Waiting {
        var task: Task<Void, Never>?
        var reader: Waiter?
        var readerDeadline = MonotonicTime.distantFuture
        /// Since when the client's next bytes are waited for, and for how long they were so far, in nanoseconds.
        var waitBegan = MonotonicTime.distantFuture
        var waited: UInt64 = 0
        var writer: Waiter?
        var writerDeadline = MonotonicTime.distantFuture
        /// Why the writer cannot go on.
        var writeError: ChannelError?
        /// Whether the client waits for `100 Continue`.
        var mustInvite = false
        /// Whether its answer is for a client that does not stop sending before it goes.
        var endsWithClient = false

        var deadline: MonotonicTime { min(readerDeadline, writerDeadline) }
    }

    struct State {
        let session: HTTP2Session
        var streams: [Int32: Waiting] = [:]
        var served = 0
        /// When the reading task looks at the deadlines next.
        var alarm: MonotonicTime
        /// Since when no request is in flight.
        var idleSince: MonotonicTime
        var end = End.none
        /// When a client that was told to open no more streams is believed to know it.
        var noticeEnds = MonotonicTime.distantFuture
        /// Whether the client sends nothing more; it may wait for its answers.
        var hasClientFinished = false
        /// Whether there may be something to send.
        var mustSend = true
        /// The writing task while it has nothing to do.
        var sender: Waiter?
        /// The connection while handlers have not returned.
        var owner: Waiter?
    }

    /// How far the end of the connection has come.
    enum End {
        case none
        /// The client was told to open no more streams, and may not know yet.
        case announced
        /// No further stream is taken.
        case draining
        /// Nothing is read any more.
        case over
    }

    /// So many bytes of frames are gathered before they leave.
    private static let gatherLimit = 65_536

    let channel: Channel
    let server: ServerContext
    let remoteAddress: SocketAddress
    private let input: InputBuffer
    private let output: OutputBuffer
    private let began = MonotonicTime.now
    let state: Mutex<State>

    /// Takes over a connection whose input begins with the client's preface.
    init(
        channel: Channel,
        input: InputBuffer,
        output: OutputBuffer,
        server: ServerContext,
        remoteAddress: SocketAddress
    ) {
        self.channel = channel
        self.input = input
        self.output = output
        self.server = server
        self.remoteAddress = remoteAddress
        let configuration = server.configuration
        state = Mutex(
            State(
                session: HTTP2Session(
                    limits: configuration.http2,
                    messageLimits: configuration.limits,
                    maximumBodyBytes: configuration.maximumBodyBytes
                ),
                alarm: began + server.headerTimeout,
                idleSince: began
            )
        )
    }

    // MARK: Serving

    /// Serves until the connection is over and every handler has returned.
    func serve() async {
        async let sending: Void = send()
        if await read() == .finished { await answerWhatCame() }
        giveUp()
        await waitForHandlers()
        await sending
    }

    /// Ends the connection when the requests in flight are answered.
    func drain() {
        state.withLock { state in
            guard state.end == .none else { return }
            state.end = .announced
            state.session.announceEnd()
            state.noticeEnds = .now + server.freshness
            state.alarm = min(state.alarm, state.noticeEnds)
        }
        wakeSender()
        channel.wakeReader()
    }

    // MARK: Reading

    /// Why nothing more is read.
    private enum EndOfInput {
        /// The connection is over.
        case over
        /// The client has ended its half of the connection.
        case finished
        /// The socket is broken: there is nobody to tell.
        case broken
    }

    private func read() async -> EndOfInput {
        do {
            while true {
                if !input.isEmpty { receive() }
                guard state.withLock({ !$0.isOver }) else { return .over }
                if !input.isDrained, let came = try input.fillAvailable() {
                    guard came else { return .finished }
                    continue
                }
                input.releaseStorage()
                try await waitReadable()
            }
        } catch {
            return .broken
        }
    }

    private func waitReadable() async throws {
        let alarm = state.withLock { $0.alarm }
        do throws(ChannelError) {
            if alarm > .now { return try await input.waitReadable(until: alarm) }
        } catch {
            guard error == .timedOut else { throw error }
        }
        lookAtDeadlines()
        _ = try input.fillAvailable()
    }

    private func receive() {
        let now = MonotonicTime.now
        input.withUnread { bytes in
            state.withLock { state in
                state.session.receive(bytes, at: now)
                if let began = state.session.headBegan { state.alarm = min(state.alarm, began + server.headerTimeout) }
            }
        }
        input.consume(input.count)
        followEvents()
        wakeSender()
    }

    /// Does what follows from what the session found.
    private func followEvents() {
        let (events, excesses) = state.withLock { ($0.session.takeEvents(), $0.session.takeExcesses()) }
        for event in events {
            switch event {
            case .request(let request): begin(request)
            case .readable(let stream): wakeReader(of: stream)
            case .abandoned(let stream): abandon(stream)
            case .pingAcknowledged: noticeArrived()
            }
        }
        for excess in excesses { server.http2Excesses.add(excess) }
    }

    private func noticeArrived() {
        state.withLock { state in
            guard state.end == .announced else { return }
            state.end = .draining
            state.session.endAfterOpenStreams()
        }
    }

    // MARK: Sending

    private func send() async {
        do {
            while await waitForOutput() {
                while let written = gather() {
                    try await output.send()
                    for stream in written { wakeWriter(of: stream) }
                }
                followEvents()
                output.releaseStorage()
                // The last frames may have been what the connection's end waited for.
                if state.withLock({ $0.isOver }) { channel.wakeReader() }
            }
        } catch {
            channel.abort()
        }
    }

    /// Waits until there is something to send; `false` when there will be nothing more.
    private func waitForOutput() async -> Bool {
        await withUnsafeContinuation { (sender: Waiter) in
            let isReady = state.withLock { state in
                if state.mustSend || state.end == .over { return true }
                state.sender = sender
                return false
            }
            if isReady { sender.resume() }
        }
        return state.withLock { state in
            defer { state.mustSend = false }
            return state.mustSend
        }
    }

    /// Moves frames to the output, as many as leave at once; the streams that they belong to, or `nil` when none are there.
    private func gather() -> [Int32]? {
        state.withLock { state in
            var isMore = false
            while output.count < Self.gatherLimit,
                state.session.nextOutput({ frame in output.append { $0.append(contentsOf: frame) } })
            {
                isMore = true
            }
            return isMore ? state.session.takeWritten() : nil
        }
    }

    /// Has the writing task look for frames.
    func wakeSender() {
        let sender = state.withLock { state -> Waiter? in
            guard state.session.hasOutput || state.end == .over else { return nil }
            if state.session.hasOutput { state.mustSend = true }
            defer { state.sender = nil }
            return state.sender
        }
        sender?.resume()
    }

    // MARK: Ending

    /// The client is gone, or the connection over: what waits for the client learns of it.
    func giveUp() {
        let streams = state.withLock { state in
            state.end = .over
            return Array(state.streams.keys)
        }
        for stream in streams { abandon(stream) }
        wakeSender()
    }

    func waitForHandlers() async {
        await withUnsafeContinuation { (owner: Waiter) in
            let isNeeded = state.withLock { state in
                guard !state.streams.isEmpty else { return false }
                state.owner = owner
                return true
            }
            if !isNeeded { owner.resume() }
        }
    }

    /// Looks at every deadline, and when to look again.
    func lookAtDeadlines() {
        let now = MonotonicTime.now
        let late = state.withLock { state in
            let late = state.expire(at: now, began: began, server)
            state.alarm = state.nextAlarm(after: now, began: began, server)
            return late
        }
        for waiter in late.waiters { waiter.resume() }
        if late.isExcess { server.http2Excesses.add(.slow) }
        wakeSender()
    }
}
