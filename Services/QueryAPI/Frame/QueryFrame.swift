import Deadlines
import HTTPCore
import HTTPTypes
import Logging
import ServiceKit

/// How an interface says that a query has no answer.
protocol QueryInterface: Sendable {
    /// The interface's name in metrics.
    static var name: String { get }
    /// The response for a failure.
    ///
    /// - Throws: A `Problem`, where problem details are the interface's form.
    static func response(to failure: QueryFailure) throws -> Response
}

/// What stands around every query, whatever interface it came by: its turn, its deadline, its figures, and its failures
/// in the interface's own form.
struct QueryFrame: Sendable {
    /// The largest body that a query comes in.
    static let maximumBodyBytes = 1 << 20

    let gate: QueryGate
    let timeout: Duration
    let statistics: QueryStatistics
    let logger: Logger
    /// Evaluation computes for long, and must not hold up an event loop.
    private let executor = ComputeExecutor(name: "queries")

    init(gate: QueryGate, timeout: Duration, statistics: QueryStatistics, logger: Logger) {
        self.gate = gate
        self.timeout = timeout
        self.statistics = statistics
        self.logger = logger
    }

    /// Adds a route.
    ///
    /// - Parameter names: The parameters that mean something there; all others are refused by name.
    func add<Interface: QueryInterface>(
        _ interface: Interface.Type,
        to router: inout Router,
        _ method: HTTPRequest.Method,
        _ template: String,
        accepting names: [String],
        _ handler: @escaping @Sendable (Question) async throws -> Response
    ) {
        router.on(method, template) { request, context in
            let start = ContinuousClock.now
            var response: Response
            do {
                let question = try await Question(request, context)
                try question.allow(names)
                let limit = try question.timeout.map { min($0, timeout) } ?? timeout
                response = try await gate.run {
                    try await answer(within: limit) { try await handler(question) }
                }
            } catch is CancellationError where Task.isCancelled {
                statistics.ended(Interface.name, template, code: 499, in: .now - start)
                statistics.failed(Interface.name, reason: "canceled")
                throw CancellationError()
            } catch {
                let failure = QueryFailure(error)
                statistics.failed(Interface.name, reason: failure.reason)
                if case .failed(let code) = failure {
                    logger.error(
                        "A query failed",
                        metadata: ["clickhouse.code": "\(code ?? 0)", "route": "\(template)"]
                    )
                }
                do { response = try Interface.response(to: failure) } catch let problem as Problem {
                    statistics.ended(Interface.name, template, code: problem.status.code, in: .now - start)
                    throw problem
                }
            }
            let code = response.head.status.code
            response.onCompletion { _ in
                statistics.ended(Interface.name, template, code: code, in: .now - start)
            }
            return response
        }
    }

    /// Runs a query on the threads that compute, and gives it up when its time is over.
    private func answer(
        within limit: Duration,
        _ query: @escaping @Sendable () async throws -> Response
    ) async throws -> Response {
        let deadline = min(Deadline.after(limit), Deadline.current ?? .after(limit))
        return try await deadline.enforce {
            try await withTaskExecutorPreference(executor) {
                try await withThrowingTaskGroup(of: Response?.self) { group in
                    group.addTask { try await query() }
                    group.addTask {
                        try await Task.sleep(until: deadline.instant, clock: .continuous)
                        return nil
                    }
                    defer { group.cancelAll() }
                    do {
                        guard let response = try await group.next() ?? nil else { throw QueryFailure.timedOut }
                        return response
                    } catch is CancellationError where deadline.hasPassed {
                        throw QueryFailure.timedOut
                    }
                }
            }
        }
    }
}
