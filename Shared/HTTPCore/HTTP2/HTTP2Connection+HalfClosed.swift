import Synchronization

/// What becomes of requests when their client has ended its half of the connection: as over HTTP/1.1, it may wait for
/// the answers. Whether it has gone as well shows in what it does with bytes that are sent to it.
extension HTTP2Connection {
    /// Waits until everything was answered that came.
    ///
    /// The client opens no window any more: an answer that is larger than its windows ends with the timeout for writing.
    func answerWhatCame() async {
        let (cut, ended) = state.withLock { state in
            state.hasClientFinished = true
            let streams = state.streams.keys
            return (
                streams.filter { state.session.streams[$0]?.inbox.isComplete != true },
                streams.filter { state.streams[$0]?.endsWithClient == true }
            )
        }
        for stream in cut {
            refuseBody(of: stream, .incomplete)
            wakeReader(of: stream)
        }
        for stream in ended { abandon(stream) }
        let watch = Task(executorPreference: channel.shard) { [self] in
            while (try? await Task.sleep(for: timeToAlarm)) != nil { lookAtDeadlines() }
        }
        await waitForHandlers()
        watch.cancel()
    }

    /// How long until a deadline passes; an hour where there is none.
    private var timeToAlarm: Duration { min(state.withLock { $0.alarm }.timeLeft, .seconds(3_600)) }

    /// The answer on a stream is for a client that does not stop sending before it goes.
    func endWithClient(_ stream: Int32) {
        let hasFinished = state.withLock { state in
            state.streams[stream]?.endsWithClient = true
            return state.hasClientFinished
        }
        if hasFinished { abandon(stream) }
    }
}
