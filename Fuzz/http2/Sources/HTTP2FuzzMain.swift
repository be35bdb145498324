import Glibc
import HTTPTypes

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Feeds libFuzzer's inputs to the server's side of an HTTP/2 connection. The first byte chooses how the rest is cut and
/// what handlers do; the rest is what the client sends after its preface, or with it.
@main
struct HTTP2FuzzMain {
    static func main() {
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        exit(
            runDriver(&count, &arguments) { start, count in
                guard let start, count > 0 else { return 0 }
                let choice = start.pointee
                var bytes = [UInt8](UnsafeBufferPointer(start: start + 1, count: count - 1))
                if choice & 0x80 == 0 { bytes = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + bytes }
                CutFuzz.run(bytes)
                ServerFuzz(choice: choice).run(bytes)
                return 0
            }
        )
    }
}

/// What bytes mean does not depend on how they are cut.
enum CutFuzz {
    private struct Outcome: Equatable {
        var requests: [String] = []
        var bodies: [Int32: [UInt8]] = [:]
        var excesses: [HTTP2Excess] = []
        var output: [UInt8] = []
        var isOver = false
    }

    static func run(_ bytes: [UInt8]) {
        let atOnce = outcome(bytes, stride: max(1, bytes.count))
        let oneByOne = outcome(bytes, stride: 1)
        // An end takes effect behind the bytes at hand: with more at once, more of what nobody heeds is looked at.
        guard !atOnce.isOver, !oneByOne.isOver else { return }
        if atOnce != oneByOne { fatalError("The outcome depends on how the bytes are cut: \(atOnce), \(oneByOne)") }
    }

    private static func outcome(_ bytes: [UInt8], stride: Int) -> Outcome {
        let session = HTTP2Session.fuzzed()
        var outcome = Outcome()
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + stride)
            bytes[start..<end].withUnsafeBufferPointer {
                session.receive($0, at: MonotonicTime(nanoseconds: 20_000_000_000))
            }
            start = end
            for case .request(let request) in session.takeEvents() {
                outcome.requests.append("\(request.stream) \(request.head) \(request.contentLength ?? -1)")
            }
            outcome.excesses += session.takeExcesses()
        }
        outcome.isOver = session.isEnding || session.isOver
        while session.nextOutput({ outcome.output += $0 }) {}
        for id in session.streams.keys {
            if case .piece(let piece)? = try? session.streams[id]?.inbox.next() { outcome.bodies[id] = piece }
        }
        return outcome
    }
}

/// A server that reads and answers while bytes come. What a client can make it hold is bounded, and nothing is left once
/// everything was answered.
struct ServerFuzz {
    /// How a handler goes about its request, by its stream and the input's first byte.
    private enum Handler: Int {
        case echo, stream, reset, refuse, ignore, fail, interim, empty
    }

    let choice: UInt8
    private let limits = HTTP2Limits.fuzzed

    func run(_ bytes: [UInt8]) {
        let session = HTTP2Session.fuzzed()
        let stride = [1, 3, 9, 40, 200, 1_000, 4_096, 100_000][Int(choice & 7)]
        var open: [Int32: Handler] = [:]
        var seen: Set<Int32> = []
        var start = 0
        var now: UInt64 = 20_000_000_000
        while start < bytes.count {
            let end = min(bytes.count, start + stride)
            bytes[start..<end].withUnsafeBufferPointer { session.receive($0, at: MonotonicTime(nanoseconds: now)) }
            now += 1_000_000
            start = end
            follow(session, &open, &seen)
        }
        // The client sends nothing more: every handler returns.
        for stream in open.keys { session.release(stream) }
        session.end(.noError)
        while session.nextOutput({ _ in }) {}
        for event in session.takeEvents() {
            if case .request(let request) = event { session.release(request.stream) }
        }
        precondition(
            session.streams.values.allSatisfy { $0.phase != .handled },
            "A stream is held for a handler that has returned."
        )
    }

    private func follow(_ session: HTTP2Session, _ open: inout [Int32: Handler], _ seen: inout Set<Int32>) {
        for event in session.takeEvents() {
            switch event {
            case .request(let request):
                precondition(request.stream % 2 == 1, "A client opened a stream of the server's.")
                precondition(seen.insert(request.stream).inserted, "A stream has two requests.")
                if case .success(let head) = request.head { check(head) }
                // As the connection does, which counts requests until their handlers have returned.
                guard open.count < limits.maximumConcurrentStreams else {
                    session.refuse(request.stream)
                    continue
                }
                let handler = Handler(rawValue: (Int(request.stream) / 2 + Int(choice >> 3 & 7)) % 8) ?? .echo
                open[request.stream] = handler
                begin(handler, request.stream, session)
            case .readable(let stream):
                guard let handler = open[stream] else { continue }
                if read(handler, stream, session) { open[stream] = nil }
            case .abandoned(let stream):
                if open.removeValue(forKey: stream) != nil { session.release(stream) }
            case .pingAcknowledged: session.endAfterOpenStreams()
            }
        }
        _ = session.takeExcesses()
        var frames = 0
        while session.nextOutput({ _ in }) {
            frames += 1
            precondition(frames < 100_000, "The output does not end.")
        }
        for stream in session.takeWritten() where session.streams[stream]?.isAnswered == true {
            if open.removeValue(forKey: stream) != nil { session.release(stream) }
        }
        checkBounds(session, open)
    }

    private func begin(_ handler: Handler, _ stream: Int32, _ session: HTTP2Session) {
        let head = HTTPResponse(status: .ok, headerFields: [.contentType: "text/plain"])
        let fields = HTTP2FieldList(head, length: nil, date: .now)
        switch handler {
        case .echo, .ignore: break
        case .stream:
            session.respond(fields, on: stream, ends: false)
            _ = session.write([UInt8](repeating: 1, count: 20_000), on: stream)
            session.endBody(trailers: [.contentType: "x"], on: stream)
        case .reset: session.reset(stream, .cancel)
        case .refuse: session.refuse(stream)
        case .fail: session.streams[stream]?.inbox.fail(.timedOut)
        case .interim:
            session.inform(100, on: stream)
            session.respond(fields, on: stream, ends: true)
        case .empty: session.respond(fields, on: stream, ends: true)
        }
    }

    /// Reads what is there; whether the handler has returned.
    private func read(_ handler: Handler, _ stream: Int32, _ session: HTTP2Session) -> Bool {
        guard handler == .echo || handler == .stream else { return false }
        while true {
            do {
                guard let step = try session.streams[stream]?.inbox.next() else { return false }
                switch step {
                case .piece(let bytes): session.consume(bytes.count, on: stream)
                case .wait: return false
                case .end:
                    guard handler == .echo else { return false }
                    let head = HTTPResponse(status: .ok)
                    session.respond(HTTP2FieldList(head, length: 2, date: .now), on: stream, ends: false)
                    _ = session.write([1, 2], on: stream)
                    session.endBody(trailers: [:], on: stream)
                    return false
                }
            } catch {
                session.reset(stream, .internalError)
                session.release(stream)
                return true
            }
        }
    }

    private func check(_ head: HTTPRequest) {
        precondition(head.path?.isEmpty == false, "A request has no target.")
        precondition(head.headerFields.count <= MessageLimits().fieldCount + 1, "There are more fields than allowed.")
        for field in head.headerFields {
            field.withUnsafeBytesOfValue { value in
                precondition(value.allSatisfy(Octet.isFieldValue), "A value has a control character.")
            }
        }
    }

    private func checkBounds(_ session: HTTP2Session, _ open: [Int32: Handler]) {
        // Beside those that handlers have, there are those whose heads are incomplete; libnghttp2 bounds these.
        precondition(
            session.streams.count <= 2 * limits.maximumConcurrentStreams + 1,
            "More streams are held than allowed."
        )
        precondition(open.count <= limits.maximumConcurrentStreams, "More handlers run than allowed.")
        let waiting = session.streams.values.reduce(0) { $0 + $1.inbox.waiting }
        precondition(waiting <= limits.connectionWindowBytes, "More bytes wait than the window lets through.")
    }
}

extension HTTP2Limits {
    /// So small that an input can go beyond them.
    fileprivate static var fuzzed: HTTP2Limits {
        var limits = HTTP2Limits()
        limits.maximumConcurrentStreams = 8
        limits.streamWindowBytes = 70_000
        limits.connectionWindowBytes = 80_000
        limits.resetsPerSecond = 2
        limits.controlFramesPerSecond = 5
        return limits
    }
}

extension HTTP2Session {
    fileprivate static func fuzzed() -> HTTP2Session {
        HTTP2Session(limits: .fuzzed, messageLimits: MessageLimits(), maximumBodyBytes: 50_000)
    }
}
