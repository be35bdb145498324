import Testing

@testable import HTTPCore

@Suite("The state of a body", .timeLimit(.minutes(3)))
struct BodyStateTests {
    /// A request's body with two tasks that may read it and the connection that wants it back.
    private struct Incoming: ExploredWorld {
        enum Event {
            case begin(Int)
            case bytes(Int)
            case leave
            case takeBack
            case connectionEnds
            case giveUp
        }

        var body: IncomingBodyState
        var reader: Int?
        var input: ArraySlice<UInt8>
        var isAskedBack = false
        var connectionHasIt = false
        var isOwnerTold = 0
        var hasFailed = false
        var data: [UInt8] = []
        let content: [UInt8]

        init(_ framing: BodyFraming, wire: String, content: String, invites: Bool = false) {
            body = IncomingBodyState(framing, maximumBytes: 100, limits: MessageLimits(), invites: invites)
            input = Array(wire.utf8)[...]
            self.content = Array(content.utf8)
        }

        var possibleEvents: [Event] {
            var events: [Event] = [.begin(0), .begin(1)]
            if reader != nil || connectionHasIt {
                events += [.bytes(1), .bytes(input.count), .connectionEnds, .giveUp]
            }
            if reader != nil { events.append(.leave) }
            if !isAskedBack { events.append(.takeBack) }
            return events
        }

        mutating func apply(_ event: Event) -> String? {
            switch event {
            case .begin(let task):
                do throws(BodyError) {
                    _ = try body.beginReading()
                    if reader != nil { return "two tasks read" }
                    if isAskedBack { return "a task reads what the connection has" }
                    reader = task
                } catch {
                    if error != .unavailable { return "\(error)" }
                    if reader == nil, !isAskedBack { return "a task is refused for nothing" }
                }
            case .leave:
                reader = nil
                if body.readerLeft() {
                    isOwnerTold += 1
                    connectionHasIt = true
                }
                if isAskedBack != connectionHasIt { return "the connection is told at the wrong time" }
                if isOwnerTold > 1 { return "the connection is told twice" }
            case .takeBack:
                isAskedBack = true
                let now = body.takeBack()
                if (now == .now) != (reader == nil) { return "two hold the input" }
                connectionHasIt = now == .now
                if reader != nil, (try? body.checkReading()) != nil { return "the reader does not learn of it" }
            case .bytes(let count): return take(count)
            case .connectionEnds:
                let wasComplete = body.isComplete
                let isRefused = (try? body.connectionEnded()) == nil
                hasFailed = hasFailed || isRefused
                if wasComplete, isRefused { return "a whole body became incomplete" }
            case .giveUp:
                if !body.isComplete { hasFailed = true }
                body.giveUp()
            }
            if hasFailed, body.isComplete { return "a broken body became whole" }
            if hasFailed, body.remainder(droppingUpTo: 100) != .tooMuch { return "what follows a broken body is read" }
            return nil
        }

        private mutating func take(_ count: Int) -> String? {
            let wasComplete = body.isComplete
            let piece = Array(input.prefix(count))
            var consumed = 0
            let step = piece.withUnsafeBufferPointer { try? body.next($0, consumed: &consumed) }
            input = input.dropFirst(consumed)
            switch step {
            case .piece(let range): data += piece[range]
            case .end: if data != content, !hasFailed, !wasComplete { return "the body is \(data)" }
            case .needsInput: break
            case nil:
                if !hasFailed { return "a good body is refused" }
            }
            if !content.starts(with: data) { return "the data is wrong" }
            return nil
        }
    }

    @Test(
        "that arrives has one reader, and goes back to its connection once, in every order of events",
        arguments: [
            ("length", BodyFraming.length(3), "abc"), ("chunked", .chunked, "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"),
            ("until close", .untilClose, "abc"),
        ]
    )
    func incoming(name: String, framing: BodyFraming, wire: String) async {
        #expect(await explore(Incoming(framing, wire: wire, content: "abc"), length: 6) > 10_000)
    }

    @Test("that nobody has read costs the connection, unless its end is there or near")
    func remainder() {
        func remainder(_ framing: BodyFraming, invites: Bool = false) -> IncomingBodyState.Remainder {
            var body = IncomingBodyState(framing, maximumBytes: 1_000, limits: MessageLimits(), invites: invites)
            _ = body.takeBack()
            return body.remainder(droppingUpTo: 10)
        }
        #expect(remainder(.none) == .nothing)
        #expect(remainder(.length(10)) == .droppable)
        #expect(remainder(.length(11)) == .tooMuch)
        #expect(remainder(.length(10), invites: true) == .tooMuch)
        #expect(remainder(.chunked) == .tooMuch)
    }

    /// A response's body with the tasks that write it.
    private struct Outgoing: ExploredWorld {
        enum Event {
            case begin(Int)
            case end(failed: Bool)
            case finish
        }

        var body: OutgoingBodyState
        let announced: Int?
        var writing: Int?
        var written = 0
        var hasFailed = false
        var isFinished = false
        var isEndAwaited = false

        init(announced: Int?) {
            self.announced = announced
            body = OutgoingBodyState(framing: announced.map { .length($0) } ?? .chunked)
        }

        var possibleEvents: [Event] {
            var events: [Event] = [.begin(1), .begin(2)]
            if writing != nil { events += [.end(failed: false), .end(failed: true)] }
            if !isFinished { events.append(.finish) }
            return events
        }

        mutating func apply(_ event: Event) -> String? {
            switch event {
            case .begin(let count):
                do throws(ResponseWriteError) {
                    try body.beginWrite(count)
                    if writing != nil { return "two tasks write" }
                    if isFinished || hasFailed { return "a task writes after the end" }
                    if let announced, written + count > announced { return "more is written than announced" }
                    writing = count
                } catch {
                    let isTooMuch = announced.map { written + count > $0 } ?? false
                    if writing == nil, !isFinished, !hasFailed, !isTooMuch { return "a write is refused for nothing" }
                }
            case .end(let failed):
                let count = writing ?? 0
                writing = nil
                if failed { hasFailed = true } else { written += count }
                let isAwaited = body.writeEnded(failed ? 0 : count, error: failed ? .clientGone : nil)
                if isAwaited != isEndAwaited { return "the end of the body comes at the wrong time" }
                isEndAwaited = false
            case .finish:
                isFinished = true
                isEndAwaited = body.finish() == .afterWrite
                if isEndAwaited != (writing != nil) { return "the end overtakes a piece" }
            }
            if body.written != written { return "\(body.written) bytes are counted" }
            guard isFinished, writing == nil else { return nil }
            let isWhole = (try? body.checkWhole()) != nil
            let shouldBe = !hasFailed && (announced == nil || announced == written)
            return isWhole == shouldBe ? nil : "whole is \(isWhole)"
        }
    }

    @Test(
        "that is written has one writer, and ends after its last piece, in every order of events",
        arguments: [nil, 3]
    )
    func outgoing(announced: Int?) async {
        #expect(await explore(Outgoing(announced: announced), length: 7) > 1_000)
    }
}
