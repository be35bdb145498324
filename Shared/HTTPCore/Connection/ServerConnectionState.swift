/// A server's connection from its first byte to its last: whose turn it is, and what each event means then.
///
/// A value without sockets, clocks or locks. The connection's task asks what comes next and says what came of it; the
/// peer's end, a drain and a stop come from outside at any time. No request is read while another one is answered, a
/// handler is cancelled only for a client that is gone, and what was promised to the client, the end of the connection
/// among it, is decided before the response's head is written.
struct ServerConnectionState {
    private enum Phase {
        /// The task reads a head: its first byte, or what follows it.
        case reading(headEnd: MonotonicTime?)
        /// A handler has the request.
        case handling(keepsAlive: Bool)
        /// The task writes the response. What it does next is decided.
        case responding(next: AfterResponse, endsWithClient: Bool)
        /// What is left of the request's body is read and dropped.
        case dropping
        /// The last response was written; the client may not know yet that it was the last.
        case lingering
        /// The client speaks another protocol, whose own state decides.
        case changed
        case closed
    }

    private enum Peer {
        case present
        /// It sends nothing more, and may wait for its answer.
        case finished
        /// It takes nothing more, either.
        case gone
    }

    /// What the task does when nothing is left to parse.
    enum Reading: Equatable {
        case wait(until: MonotonicTime)
        /// Reads once more without waiting, and closes when nothing is there.
        case closeUnlessReadable
    }

    /// What the task does when a wait has timed out.
    enum TimedOut: Equatable {
        case closeUnlessReadable
        /// The head came too slowly.
        case refuse
    }

    /// What the task does when the response was written.
    enum AfterResponse: Equatable {
        case read
        case dropBody
        /// Says that nothing more will come, and reads on until the client has seen it.
        case linger
        case close
    }

    /// What somebody outside has to do for the task.
    enum Nudge: Equatable {
        case none
        /// The task waits for a request that need not come any more.
        case wakeReader
        /// The handler's work is for nobody.
        case cancelHandler
    }

    private let requestLimit: Int
    /// Whether a client that sends nothing more counts as gone.
    private let endsWithClient: Bool
    private let headerTimeout: Timeout
    private let idleTimeout: Timeout
    /// Until when a connection without a request is not closed by a drain: its client may have been let in a moment ago.
    private let freshUntil: MonotonicTime

    private var phase = Phase.reading(headEnd: nil)
    private var peer = Peer.present
    private(set) var isDraining = false
    private var served = 0

    init(
        accepted: MonotonicTime,
        freshness: Timeout,
        requestLimit: Int,
        endsWithClient: Bool = false,
        headerTimeout: Timeout,
        idleTimeout: Timeout
    ) {
        freshUntil = accepted + freshness
        self.requestLimit = requestLimit
        self.endsWithClient = endsWithClient
        self.headerTimeout = headerTimeout
        self.idleTimeout = idleTimeout
    }

    /// Whether nothing more is done on the connection.
    var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    // MARK: From the connection's task

    /// The input holds no whole head, and nothing more can be read at once.
    ///
    /// - Parameter hasBytes: Whether a part of a head is there.
    mutating func needsInput(hasBytes: Bool, at now: MonotonicTime) -> Reading {
        guard case .reading(let headEnd) = phase else { return .closeUnlessReadable }
        if hasBytes {
            let end = headEnd ?? now + headerTimeout
            phase = .reading(headEnd: end)
            return .wait(until: end)
        }
        guard isDraining else { return .wait(until: now + idleTimeout) }
        return served == 0 && now < freshUntil ? .wait(until: freshUntil) : .closeUnlessReadable
    }

    /// The wait that was asked for came to its end.
    func timedOut() -> TimedOut {
        if case .reading(.some) = phase { .refuse } else { .closeUnlessReadable }
    }

    /// A request was read; its handler runs.
    ///
    /// - Parameter keepsAlive: Whether the client wants the connection kept.
    mutating func requestArrived(keepsAlive: Bool) {
        guard case .reading = phase else { return }
        served += 1
        phase = .handling(keepsAlive: keepsAlive)
    }

    /// The client begins to speak HTTP/2; whether it may, which it can only before its first request.
    mutating func changesProtocol() -> Bool {
        guard case .reading = phase, served == 0 else { return false }
        phase = .changed
        return true
    }

    /// The handler has returned a response.
    ///
    /// - Parameters:
    ///   - remainder: What it left of the request's body.
    ///   - endsWithConnection: Whether the end of the response's body is the end of the connection.
    ///   - endsWithClient: Whether the response is for a client that does not stop sending before it goes.
    /// - Returns: Whether the response says that the connection is kept, and whether its work is for nobody already.
    mutating func handlerReturned(
        leaving remainder: IncomingBodyState.Remainder,
        endsWithConnection: Bool = false,
        endsWithClient: Bool = false
    ) -> (keepsAlive: Bool, nudge: Nudge) {
        guard case .handling(let wanted) = phase else { return (false, .none) }
        let keeps =
            wanted && remainder != .tooMuch && served < requestLimit && !isDraining && !endsWithConnection
            && peer != .gone
        let next: AfterResponse =
            if keeps {
                remainder == .droppable ? .dropBody : .read
            } else {
                // More may be on its way from a client that did not expect the end.
                wanted || remainder != .nothing ? .linger : .close
            }
        let endsWithClient = endsWithClient || self.endsWithClient
        phase = .responding(next: next, endsWithClient: endsWithClient)
        return (keeps, endsWithClient && peer != .present ? .cancelHandler : .none)
    }

    /// The handler was cancelled, and there is no response.
    mutating func handlerGaveUp() { phase = .closed }

    /// The whole response is in the hands of the kernel, or waits for more responses to leave with.
    mutating func responseWritten() -> AfterResponse {
        guard case .responding(let next, _) = phase else { return .close }
        switch next {
        case .read: phase = .reading(headEnd: nil)
        case .dropBody: phase = .dropping
        case .linger: phase = .lingering
        case .close: phase = .closed
        }
        return next
    }

    /// What was left of the body was read; whether the next request can be.
    mutating func bodyDropped(isComplete: Bool) -> Bool {
        guard case .dropping = phase else { return false }
        phase = isComplete ? .reading(headEnd: nil) : .closed
        return isComplete
    }

    /// A message was refused: its answer says that the connection ends.
    mutating func refused() {
        if !isClosed { phase = .lingering }
    }

    /// Nothing more can or need be said.
    mutating func closed() { phase = .closed }

    // MARK: From outside

    /// The client sends nothing more.
    mutating func peerFinished() -> Nudge {
        guard peer == .present else { return .none }
        peer = .finished
        // Whether it has gone as well shows only in what it does with bytes that are sent to it.
        switch phase {
        case .responding(_, endsWithClient: true): return .cancelHandler
        case .handling where endsWithClient: return .cancelHandler
        default: return .none
        }
    }

    /// The client takes nothing more.
    mutating func peerGone() -> Nudge {
        guard peer != .gone else { return .none }
        peer = .gone
        switch phase {
        case .handling, .responding: return .cancelHandler
        case .reading, .dropping, .lingering, .changed, .closed: return .none
        }
    }

    /// The server shuts down: the request in flight is the last.
    mutating func drain() -> Nudge {
        guard !isDraining else { return .none }
        isDraining = true
        if case .reading = phase { return .wakeReader }
        return .none
    }
}
