public import HTTPCore
import HTTPTypes

/// `GET /ready`: whether what a service needs answers; 200, or 503 as a problem document.
public struct ReadinessRoutes: Sendable {
    /// Asks one of the things that the service needs, and throws when it does not answer.
    public typealias Check = @Sendable () async throws -> Void

    private let checks: [Check]

    /// Creates the routes.
    public init(checks: [Check]) {
        self.checks = checks
    }

    /// Adds them to a router.
    public func add(to router: inout Router) {
        router.get("/ready") { _, _ in
            for check in checks {
                do {
                    try await check()
                } catch {
                    throw Problem.unavailable("The service cannot reach what it needs.", retryAfter: 1)
                }
            }
            return .json(["status": "ok"])
        }
    }
}
