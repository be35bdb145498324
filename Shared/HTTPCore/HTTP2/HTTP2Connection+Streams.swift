import HTTPTypes
import Synchronization

/// What a handler's stream asks of its connection.
extension HTTP2Connection {
    // MARK: Reading a body

    /// The fields that came after a body.
    func trailers(of stream: Int32) -> HTTPFields {
        state.withLock { $0.session.streams[stream]?.inbox.trailers ?? [:] }
    }

    /// How many bytes have come of a body whose rest is on its way; `nil` when none is.
    func receivedOfUnfinished(_ stream: Int32) -> Int? {
        state.withLock { state in
            guard let inbox = state.session.streams[stream]?.inbox, !inbox.isComplete,
                let waiting = state.streams[stream], !waiting.mustInvite || inbox.received > 0
            else { return nil }
            return inbox.received
        }
    }

    /// A task wants to read a body.
    func beginReading(_ stream: Int32) throws(BodyError) {
        try state.withLock { state throws(BodyError) in
            guard state.session.streams[stream] != nil else { throw .unavailable }
            try state.session.streams[stream]?.inbox.beginReading()
        }
    }

    /// The task that read has gone.
    func endReading(_ stream: Int32) {
        state.withLock { $0.session.streams[stream]?.inbox.endReading() }
    }

    /// What is there of a body. The client may send as much again.
    func read(_ stream: Int32) throws(BodyError) -> StreamInbox.Step {
        let step = try state.withLock { state throws(BodyError) in
            guard let step = try state.session.streams[stream]?.inbox.next() else { throw .unavailable }
            if case .piece(let bytes) = step { state.session.consume(bytes.count, on: stream) }
            return step
        }
        if case .piece = step { wakeSender() }
        return step
    }

    /// Waits until ``read(_:)`` has something to say; at the end of the time it says that the body came too slowly.
    func waitForBody(of stream: Int32, until end: MonotonicTime = .distantFuture) async {
        await withUnsafeContinuation { (reader: Waiter) in
            let now = MonotonicTime.now
            let (waits, isEarlier, invites) = state.withLock { state in
                guard let inbox = state.session.streams[stream]?.inbox, !inbox.isReadable,
                    var waiting = state.streams[stream]
                else { return (false, false, false) }
                waiting.reader = reader
                waiting.waitBegan = now
                let paced = server.bodyPace.deadline(from: now, received: inbox.received, waited: waiting.waited)
                waiting.readerDeadline = min(paced, end)
                let invites = waiting.mustInvite && inbox.received == 0
                if invites { state.session.inform(100, on: stream) }
                waiting.mustInvite = false
                state.streams[stream] = waiting
                return (true, state.remind(at: waiting.readerDeadline), invites)
            }
            if !waits { reader.resume() }
            if isEarlier { channel.wakeReader() }
            if invites { wakeSender() }
        }
    }

    /// The reader does not want the rest of a body.
    func refuseBody(of stream: Int32, _ error: BodyError) {
        state.withLock { $0.session.streams[stream]?.inbox.fail(error) }
    }

    func wakeReader(of stream: Int32) {
        let now = MonotonicTime.now.nanoseconds
        let reader = state.withLock { state -> Waiter? in
            guard var waiting = state.streams[stream], let reader = waiting.reader else { return nil }
            waiting.waited += now - min(now, waiting.waitBegan.nanoseconds)
            waiting.reader = nil
            waiting.readerDeadline = .distantFuture
            state.streams[stream] = waiting
            return reader
        }
        reader?.resume()
    }

    // MARK: Writing a body

    /// Adds to a body; returns when there is room for more.
    func write(_ bytes: [UInt8], on stream: Int32) async throws(ChannelError) {
        let hasRoom = try state.withLock { state throws(ChannelError) in
            guard let waiting = state.streams[stream] else { throw .aborted }
            if let error = waiting.writeError { throw error }
            return state.session.write(bytes, on: stream)
        }
        wakeSender()
        if !hasRoom { try await wait(on: stream) { $0.outbox.hasRoom } }
    }

    /// Ends a body.
    func endBody(trailers: HTTPFields, on stream: Int32) {
        state.withLock { $0.session.endBody(trailers: trailers, on: stream) }
        wakeSender()
    }

    /// Waits until a response was sent to its end.
    func waitUntilAnswered(on stream: Int32) async throws(ChannelError) {
        try await wait(on: stream) { $0.isAnswered }
    }

    /// Waits for a stream's frames, for as long as some leave within the timeout for writing.
    private func wait(
        on stream: Int32,
        until isDone: @Sendable (HTTP2Session.Stream) -> Bool
    ) async throws(ChannelError) {
        while true {
            let isOver = try state.withLock { state throws(ChannelError) in
                if let stream = state.session.streams[stream], isDone(stream) { return true }
                guard let waiting = state.streams[stream] else { throw .aborted }
                if let error = waiting.writeError { throw error }
                return false
            }
            if isOver { return }
            await withUnsafeContinuation { (writer: Waiter) in
                let (waits, isEarlier) = state.withLock { state in
                    guard var waiting = state.streams[stream], waiting.writeError == nil,
                        let frames = state.session.streams[stream], !isDone(frames)
                    else { return (false, false) }
                    waiting.writer = writer
                    waiting.writerDeadline = .now + server.writeTimeout
                    state.streams[stream] = waiting
                    return (true, state.remind(at: waiting.writerDeadline))
                }
                if !waits { writer.resume() }
                if isEarlier { channel.wakeReader() }
            }
        }
    }

    func wakeWriter(of stream: Int32, _ error: ChannelError? = nil) {
        let writer = state.withLock { state -> Waiter? in
            guard var waiting = state.streams[stream] else { return nil }
            defer { state.streams[stream] = waiting }
            if let error { waiting.writeError = waiting.writeError ?? error }
            waiting.writerDeadline = .distantFuture
            defer { waiting.writer = nil }
            return waiting.writer
        }
        writer?.resume()
    }

    /// Nobody takes the answer any more.
    func abandon(_ stream: Int32) {
        let task = state.withLock { state in
            state.session.streams[stream]?.inbox.fail(.incomplete)
            return state.streams[stream]?.task
        }
        task?.cancel()
        wakeReader(of: stream)
        wakeWriter(of: stream, .aborted)
    }
}
