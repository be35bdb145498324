import HTTPTypes

extension HTTP2Connection.State {
    /// Whether nothing is left to be said or heard.
    var isOver: Bool { end == .over || session.isOver && !session.hasOutput }

    /// Has the reading task look at the deadlines by then; whether it has to be woken for that.
    mutating func remind(at time: MonotonicTime) -> Bool {
        guard time < alarm else { return false }
        alarm = time
        return true
    }

    /// Ends what has taken too long.
    ///
    /// - Returns: Whom to wake, and whether a client was too slow.
    mutating func expire(
        at now: MonotonicTime,
        began: MonotonicTime,
        _ server: ServerContext
    ) -> (waiters: [HTTP2Connection.Waiter], isExcess: Bool) {
        var waiters: [HTTP2Connection.Waiter] = []
        var isExcess = false
        if let head = headDeadline(began: began, server), head <= now {
            session.end(.enhanceYourCalm)
            isExcess = true
        }
        for (stream, waiting) in streams where waiting.deadline <= now {
            isExcess = true
            if waiting.readerDeadline <= now, let reader = waiting.reader {
                session.streams[stream]?.inbox.fail(.timedOut)
                streams[stream]?.reader = nil
                streams[stream]?.readerDeadline = .distantFuture
                waiters.append(reader)
            }
            if waiting.writerDeadline <= now, let writer = waiting.writer {
                session.reset(stream, .cancel)
                streams[stream]?.writeError = .timedOut
                streams[stream]?.writer = nil
                streams[stream]?.writerDeadline = .distantFuture
                waiters.append(writer)
            }
        }
        if end == .announced, noticeEnds <= now {
            end = .draining
            session.endAfterOpenStreams()
        }
        if end == .none, streams.isEmpty, idleSince + server.idleTimeout <= now { session.end(.noError) }
        return (waiters, isExcess)
    }

    /// When something will have taken too long.
    func nextAlarm(after now: MonotonicTime, began: MonotonicTime, _ server: ServerContext) -> MonotonicTime {
        // What is left to be sent has a timeout of its own.
        guard !session.isEnding else { return .distantFuture }
        var next = headDeadline(began: began, server) ?? .distantFuture
        if end == .announced { next = min(next, noticeEnds) }
        if streams.isEmpty {
            if end == .none { next = min(next, idleSince + server.idleTimeout) }
        } else {
            // Deadlines that are set meanwhile are rarely earlier, and need not wake the reading task each time.
            next = min(next, now + min(server.bodyPace.timeout, server.writeTimeout))
        }
        for waiting in streams.values { next = min(next, waiting.deadline) }
        return next
    }

    /// Until when a head has to be complete, the client's first SETTINGS among them.
    private func headDeadline(began: MonotonicTime, _ server: ServerContext) -> MonotonicTime? {
        guard session.hasBegun else { return began + server.headerTimeout }
        return session.headBegan.map { $0 + server.headerTimeout }
    }
}
