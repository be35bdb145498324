import HTTPCore
import HTTPTypes
import LoadEngine

/// Sends one planned request and records it.
struct Sending: Sendable {
    /// How long a request waits for a free connection before it counts as not sent.
    static let slotPatience: Duration = .seconds(30)

    let run: ShopRun
    let journey: Journey
    let request: PlannedRequest
    /// The request's number in the journey.
    let step: Int
    /// When it should be sent.
    let intended: Instant

    /// Sends the request in its manner; its answers, none where none is wanted, or `nil` when it did not go as the
    /// visitor expected.
    func perform(_ cookies: CookieJar) async -> [Target.Answer]? {
        if request.manner == .twice { return await twice(cookies) }
        let result = await once(cookies, copy: 0)
        return result.isExpected ? [result.answer].compactMap { $0 } : nil
    }

    private func twice(_ cookies: CookieJar) async -> [Target.Answer]? {
        async let second = once(cookies, copy: 1)
        let first = await once(cookies, copy: 0)
        guard first.isExpected, await second.isExpected else { return nil }
        return [first.answer].compactMap { $0 }
    }

    private func once(_ cookies: CookieJar, copy: Int) async -> (answer: Target.Answer?, isExpected: Bool) {
        let id = RequestID(seed: run.seed, visit: journey.number, step: step, copy: copy)
        guard await run.slots.acquire(within: Self.slotPatience) else {
            let outcome = RequestOutcome.failure(Task.isCancelled ? .cancelled : .noConnection)
            return (nil, record(id, started: .now, outcome, nil))
        }
        let started = Instant.now
        let result: Result<Target.Answer?, any Error>
        do {
            result = .success(try await exchange(id, cookies))
        } catch {
            result = .failure(error)
        }
        run.slots.release()
        switch result {
        case .success(let answer):
            let outcome: RequestOutcome =
                if let answer { .status(answer.status) } else { .failure(request.manner == .reset ? .reset : .timeout) }
            return (answer, record(id, started: started, outcome, answer?.traceID))
        case .failure(let error):
            return (nil, record(id, started: started, RequestOutcome(error), nil, error))
        }
    }

    /// The answer; `nil` when the client did not wait for it, as planned.
    private func exchange(_ id: RequestID, _ cookies: CookieJar) async throws -> Target.Answer? {
        switch request.manner {
        case .ordinary, .twice: return try await run.target.send(request, id: id, cookies: cookies)
        case .slow(let time): return try await run.target.send(request, id: id, cookies: cookies, slowlyOver: time)
        case .impatient(let patience): return try await impatiently(id, cookies, patience)
        case .reset:
            try await run.target.sendAndReset(request, id: id, cookies: cookies)
            return nil
        }
    }

    /// Waits so long for the answer, then closes the connection, as a browser does when its user leaves.
    private func impatiently(
        _ id: RequestID,
        _ cookies: CookieJar,
        _ patience: Duration
    ) async throws -> Target.Answer? {
        try await withThrowingTaskGroup(of: Target.Answer?.self) { group in
            group.addTask { try await run.target.send(request, id: id, cookies: cookies) }
            group.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Writes down what became of the request; whether that was expected.
    private func record(
        _ id: RequestID,
        started: Instant,
        _ outcome: RequestOutcome,
        _ traceID: String?,
        _ error: (any Error)? = nil
    ) -> Bool {
        let record = RequestRecord(
            requestID: id,
            traceID: traceID,
            visit: journey.number,
            user: journey.shopper.email,
            visitorClass: journey.visitorClass,
            journey: journey.name,
            step: request.step,
            method: request.method.rawValue,
            path: request.target,
            intended: intended,
            started: started,
            ended: .now,
            expectation: request.expectation,
            outcome: outcome,
            incident: journey.incident,
            isBesideTheLoad: journey.isBesideTheLoad
        )
        run.report.record(record.sample, error: error)
        run.journal?.append(record)
        return record.isExpected
    }
}
