import HTTPTypes
import Synchronization

/// A message's body while it arrives on a connection.
///
/// One reader at a time; the connection takes the input back when the message is over, and whoever still holds the body
/// then gets ``BodyError/unavailable``.
final class IncomingBody: Sendable {
    private struct Progress {
        var framing: Framing
        var received = 0
        /// How long the peer was waited for, in nanoseconds.
        var waited: UInt64 = 0
        var mustInviteBody: Bool
        var isOver = false
        var trailers = HTTPFields()
    }

    private enum Framing {
        case length(left: Int)
        case chunked(ChunkedDecoder)
        case untilClose
        case complete
    }

    /// What reading needs to know of the connection.
    struct Source: Sendable {
        let channel: Channel
        let input: InputBuffer
        let maximumBytes: Int
        let limits: MessageLimits
        /// What has to be sent before the peer can be expected to go on; `nil` on the client's side.
        var output: OutputBuffer?
        /// How slowly the body may come; `nil` leaves it to the channel's own deadline.
        var pace: BodyPace?
    }

    private let source: Source
    private let progress: Mutex<Progress>
    private let isBusy = Atomic<Bool>(false)

    /// A body on a connection.
    ///
    /// - Parameter invites: Whether the client waits for `100 Continue` before it sends the body.
    init(_ framing: BodyFraming, source: Source, invites: Bool = false) {
        self.source = source
        let start: Framing =
            switch framing {
            case .none: .complete
            case .length(let length): .length(left: length)
            case .chunked: .chunked(ChunkedDecoder(limits: source.limits))
            case .untilClose: .untilClose
            }
        progress = Mutex(Progress(framing: start, mustInviteBody: invites))
    }

    /// Whether the end was read, so that the next message can follow.
    var isComplete: Bool {
        progress.withLock { progress in
            if case .complete = progress.framing { true } else { false }
        }
    }

    /// The fields that came after the last chunk; none before the end was read.
    var trailers: HTTPFields { progress.withLock { $0.trailers } }

    /// What is known to come, in bytes.
    private var announced: Int? {
        progress.withLock { progress in
            if case .length(let left) = progress.framing { left } else { nil }
        }
    }

    /// The next piece, or `nil` at the end.
    func next() async throws -> [UInt8]? {
        guard !isBusy.exchange(true, ordering: .acquiring) else { throw BodyError.unavailable }
        defer { isBusy.store(false, ordering: .releasing) }
        return try await read()
    }

    /// All that is left.
    func collect(upTo limit: Int) async throws -> [UInt8] {
        if let announced, announced > limit { throw BodyError.tooLarge(limit: limit) }
        var whole: [UInt8] = []
        while let piece = try await next() {
            guard whole.count + piece.count <= limit else { throw BodyError.tooLarge(limit: limit) }
            if whole.isEmpty { whole = piece } else { whole += piece }
        }
        return whole
    }

    /// Ends reading for everybody else; whether what is left can be dropped so that the next message can be read.
    func end(droppingUpTo limit: Int) -> Bool {
        if isComplete { return !isBusy.load(ordering: .acquiring) }
        guard !isBusy.exchange(true, ordering: .acquiring) else { return false }
        let isInvited = progress.withLock { progress in
            progress.isOver = true
            return !progress.mustInviteBody
        }
        return isInvited && announced ?? 0 <= limit
    }

    /// Reads what is left after ``end(droppingUpTo:)`` and drops it; `false` when the next message cannot be read.
    func drop(upTo limit: Int) async -> Bool {
        var dropped = 0
        do {
            while let piece = try await read(isDraining: true) {
                dropped += piece.count
                if dropped > limit { return false }
            }
            return true
        } catch {
            return false
        }
    }

    private func read(isDraining: Bool = false) async throws -> [UInt8]? {
        let mustInvite = try progress.withLock { progress in
            if progress.isOver, !isDraining { throw BodyError.unavailable }
            defer { progress.mustInviteBody = false }
            return progress.mustInviteBody
        }
        do {
            if mustInvite { source.output?.append { $0.append("HTTP/1.1 100 Continue\r\n\r\n") } }
            while true {
                switch try progress.withLock({ try step(&$0) }) {
                case .piece(let bytes): return bytes
                case .end: return nil
                case .needsInput:
                    guard try await fill() else {
                        try progress.withLock { try ended(&$0) }
                        return nil
                    }
                }
            }
        } catch let error as ChannelError {
            throw error == .timedOut ? BodyError.timedOut : BodyError.incomplete
        } catch let error as ProtocolError {
            throw BodyError.malformed(error.description)
        }
    }

    private func fill() async throws(ChannelError) -> Bool {
        if let came = try source.input.fillAvailable() { return came }
        if let output = source.output { try await output.send() }
        guard let pace = source.pace else { return try await source.input.fill() }
        let (received, waited) = progress.withLock { ($0.received, $0.waited) }
        let start = MonotonicTime.now
        let came = try await source.input.fill(until: pace.deadline(from: start, received: received, waited: waited))
        progress.withLock { $0.waited += MonotonicTime.now.nanoseconds - start.nanoseconds }
        return came
    }

    private enum Step {
        case piece([UInt8])
        case end
        case needsInput
    }

    private func step(_ progress: inout Progress) throws -> Step {
        switch progress.framing {
        case .complete: return .end
        case .length(let left):
            guard left > 0 else {
                progress.framing = .complete
                return .end
            }
            guard !source.input.isEmpty else { return .needsInput }
            let bytes = source.input.take(upTo: min(left, 65_536))
            progress.received += bytes.count
            progress.framing = left == bytes.count ? .complete : .length(left: left - bytes.count)
            return .piece(bytes)
        case .untilClose:
            guard !source.input.isEmpty else { return .needsInput }
            let bytes = source.input.take(upTo: 65_536)
            try count(bytes.count, &progress)
            return .piece(bytes)
        case .chunked(var decoder):
            var consumed = 0
            var piece: [UInt8] = []
            let event = try source.input.withUnread { bytes throws(ProtocolError) in
                let event = try decoder.next(bytes, consumed: &consumed)
                if case .data(let range) = event { piece = Array(bytes[range]) }
                return event
            }
            source.input.consume(consumed)
            progress.framing = .chunked(decoder)
            // A chunk that is too large is refused before it comes.
            guard progress.received + piece.count <= source.maximumBytes - decoder.announced else {
                throw BodyError.tooLarge(limit: source.maximumBytes)
            }
            switch event {
            case nil: return .needsInput
            case .data:
                try count(piece.count, &progress)
                return .piece(piece)
            case .end:
                progress.framing = .complete
                progress.trailers = decoder.trailers
                return .end
            }
        }
    }

    private func count(_ bytes: Int, _ progress: inout Progress) throws {
        progress.received += bytes
        guard progress.received <= source.maximumBytes else { throw BodyError.tooLarge(limit: source.maximumBytes) }
    }

    private func ended(_ progress: inout Progress) throws {
        guard case .untilClose = progress.framing else { throw BodyError.incomplete }
        progress.framing = .complete
    }
}
