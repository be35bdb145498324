import HTTPCore
import HTTPTypes
import SQLitePool
import ServiceKit

/// `GET /ready`: whether the databases answer.
struct ReadinessRoutes: Sendable {
    let databases: [SQLitePool]

    func add(to router: inout Router) {
        router.get("/ready") { _, _ in
            for database in databases {
                do {
                    try await database.read(timeout: .milliseconds(500)) { _ in }
                } catch {
                    throw Problem.unavailable("A database does not answer.", retryAfter: 1)
                }
            }
            return .json(["status": "ok"])
        }
    }
}
