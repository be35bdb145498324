import Testing

@testable import HTTPCore

@Suite("The state of a server's connection", .timeLimit(.minutes(3)))
struct ServerConnectionStateTests {
    /// The connection with its task, its client and its server.
    private struct World: ExploredWorld {
        enum Event {
            // What the task finds when it reads.
            case someBytes
            case head(keepsAlive: Bool)
            case end
            case timeout
            // What the handler and the writing come to.
            case response(IncomingBodyState.Remainder, endsWithClient: Bool)
            case noResponse
            case written
            case writeFailed
            case dropped(Bool)
            case lingered
            // What others do.
            case peerFinished
            case peerGone
            case drain
        }

        enum Turn: Equatable {
            case reading(ServerConnectionState.Reading)
            case handling
            case writing(endsWithClient: Bool)
            case dropping
            case lingering
            case closed
        }

        static let requestLimit = 2
        static let fresh = MonotonicTime(nanoseconds: 1_000)

        var connection = ServerConnectionState(
            accepted: MonotonicTime(nanoseconds: 0),
            freshness: Timeout(.nanoseconds(1_000)),
            requestLimit: requestLimit,
            headerTimeout: Timeout(.seconds(1)),
            idleTimeout: Timeout(.seconds(2))
        )
        var now = MonotonicTime(nanoseconds: 10)
        var turn = Turn.closed
        var hasBytes = false
        var served = 0
        var isDraining = false
        var hasFinished = false
        var isGone = false
        var promisedToKeep = true
        var wakes = 0

        init() { read() }

        private mutating func read() {
            turn = .reading(connection.needsInput(hasBytes: hasBytes, at: now))
        }

        var possibleEvents: [Event] {
            var events: [Event]
            switch turn {
            case .reading(.wait):
                events = [.someBytes, .head(keepsAlive: true), .head(keepsAlive: false), .end, .timeout]
            case .reading(.closeUnlessReadable): events = [.someBytes, .head(keepsAlive: true), .end]
            case .handling:
                events = [
                    .response(.nothing, endsWithClient: false), .response(.nothing, endsWithClient: true),
                    .response(.droppable, endsWithClient: false), .response(.tooMuch, endsWithClient: false),
                    .noResponse,
                ]
            case .writing: events = [.written, .writeFailed]
            case .dropping: events = [.dropped(true), .dropped(false)]
            case .lingering: events = [.lingered]
            case .closed: events = []
            }
            if !hasFinished { events.append(.peerFinished) }
            if !isGone { events.append(.peerGone) }
            if !isDraining { events.append(.drain) }
            return events
        }

        mutating func apply(_ event: Event) -> String? {
            switch event {
            case .someBytes:
                hasBytes = true
                read()
            case .head(let keepsAlive):
                connection.requestArrived(keepsAlive: keepsAlive)
                hasBytes = false
                served += 1
                turn = .handling
                if served > Self.requestLimit { return "more requests are read than allowed" }
                if !promisedToKeep { return "a request is read after the last response" }
            case .end: close()
            case .timeout: return timeOut()
            case .response(let remainder, let endsWithClient): return respond(remainder, endsWithClient)
            case .noResponse:
                connection.handlerGaveUp()
                turn = .closed
            case .written: return written()
            case .writeFailed: close()
            case .dropped(let isComplete):
                if connection.bodyDropped(isComplete: isComplete) != isComplete { return "the body's end is mistaken" }
                if isComplete { read() } else { turn = .closed }
            case .lingered: close()
            case .peerFinished:
                hasFinished = true
                return check(connection.peerFinished(), cancelsOnlyStreams: true)
            case .peerGone:
                (hasFinished, isGone) = (true, true)
                return check(connection.peerGone(), cancelsOnlyStreams: false)
            case .drain:
                isDraining = true
                return drained(connection.drain())
            }
            return broken
        }

        private mutating func close() {
            connection.closed()
            turn = .closed
        }

        private mutating func timeOut() -> String? {
            guard case .reading(.wait(let end)) = turn else { return "the model is wrong" }
            now = max(now, end)
            switch connection.timedOut() {
            case .refuse:
                if !hasBytes { return "an idle client is told that it was too slow" }
                connection.refused()
                promisedToKeep = false
                turn = .lingering
            case .closeUnlessReadable:
                if hasBytes { return "a slow head ends without an answer" }
                turn = .reading(.closeUnlessReadable)
            }
            return broken
        }

        private mutating func respond(_ remainder: IncomingBodyState.Remainder, _ endsWithClient: Bool) -> String? {
            let (keepsAlive, nudge) = connection.handlerReturned(leaving: remainder, endsWithClient: endsWithClient)
            if keepsAlive, isDraining || isGone || remainder == .tooMuch || served == Self.requestLimit {
                return "the connection is promised to be kept though it cannot be"
            }
            if nudge == .cancelHandler, !endsWithClient || !hasFinished { return "a stream is cancelled for nothing" }
            if nudge == .none, endsWithClient, hasFinished { return "a stream goes on for nobody" }
            promisedToKeep = keepsAlive
            turn = .writing(endsWithClient: endsWithClient)
            return broken
        }

        private mutating func written() -> String? {
            let next = connection.responseWritten()
            switch next {
            case .read: read()
            case .dropBody: turn = .dropping
            case .linger: turn = .lingering
            case .close: turn = .closed
            }
            if promisedToKeep != (next == .read || next == .dropBody) { return "\(next) is not what the head said" }
            return broken
        }

        private func check(_ nudge: ServerConnectionState.Nudge, cancelsOnlyStreams: Bool) -> String? {
            let mustCancel =
                switch turn {
                case .handling: !cancelsOnlyStreams
                case .writing(let endsWithClient): !cancelsOnlyStreams || endsWithClient
                case .reading, .dropping, .lingering, .closed: false
                }
            return nudge == (mustCancel ? .cancelHandler : .none) ? broken : "\(nudge) in \(turn)"
        }

        private mutating func drained(_ nudge: ServerConnectionState.Nudge) -> String? {
            guard case .reading = turn else { return nudge == .none ? broken : "\(nudge) in \(turn)" }
            guard nudge == .wakeReader else { return "a connection without a request is not woken" }
            // The task was woken, and finds nothing.
            wakes += 1
            read()
            return broken
        }

        private var broken: String? {
            if case .closed = turn, !connection.isClosed { return "the connection does not know that it is closed" }
            if connection.isClosed, turn != .closed { return "the connection is closed too early" }
            guard case .reading(let reading) = turn else { return nil }
            if isDraining, !hasBytes, case .wait(let end) = reading, served > 0 || end > Self.fresh || now >= Self.fresh
            {
                return "a drain waits for a request that was not begun"
            }
            if hasBytes || !isDraining, reading == .closeUnlessReadable, now < Self.fresh {
                return "a connection is given up though nothing ends it"
            }
            return nil
        }
    }

    @Test("keeps its promises and cancels for the gone alone, in every order of events")
    func everyOrder() async {
        #expect(await explore(World(), length: 7) > 10_000)
    }

    private func state(now: UInt64 = 0) -> ServerConnectionState {
        ServerConnectionState(
            accepted: MonotonicTime(nanoseconds: now),
            freshness: Timeout(.nanoseconds(100)),
            requestLimit: 10,
            headerTimeout: Timeout(.nanoseconds(1_000)),
            idleTimeout: Timeout(.nanoseconds(5_000))
        )
    }

    @Test("gives a head so long from its first byte, however often more of it comes")
    func headDeadline() {
        var connection = state()
        let times: [UInt64] = [10, 20, 900]
        for time in times {
            let reading = connection.needsInput(hasBytes: true, at: MonotonicTime(nanoseconds: time))
            #expect(reading == .wait(until: MonotonicTime(nanoseconds: 1_010)))
        }
        let timedOut = connection.timedOut()
        #expect(timedOut == .refuse)
    }

    @Test("lets a client that was let in a moment before the drain send its first request")
    func freshAtDrain() {
        var connection = state()
        let nudge = connection.drain()
        #expect(nudge == .wakeReader)
        let moment = connection.needsInput(hasBytes: false, at: MonotonicTime(nanoseconds: 50))
        #expect(moment == .wait(until: MonotonicTime(nanoseconds: 100)))
        connection.requestArrived(keepsAlive: true)
        let (keepsAlive, _) = connection.handlerReturned(leaving: .nothing)
        #expect(!keepsAlive)
        let next = connection.responseWritten()
        #expect(next == .linger)
    }

    @Test("closes what is older than that, and idle, at a drain")
    func idleAtDrain() {
        var connection = state()
        _ = connection.drain()
        let reading = connection.needsInput(hasBytes: false, at: MonotonicTime(nanoseconds: 100))
        #expect(reading == .closeUnlessReadable)
    }
}
