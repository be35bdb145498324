import HTTPTypes
import Logging
import SQLitePool
import ServiceDatabase
import ServiceKit
import Testing

@Suite("What a client is told of trouble with the database")
struct DatabaseProblemTests {
    @Test(
        "is to come back later",
        arguments: [
            SQLitePoolError.acquireTimeout(pool: "p", waited: .seconds(1), connections: 5, pending: 3),
            .tooManyPending(pool: "p", limit: 1000), .statementTimeout(pool: "p", limit: .seconds(5)),
            .databaseLocked(pool: "p", waited: .seconds(2)), .outOfMemory(pool: "p", limit: 1 << 26),
            .closed(pool: "p"), .cannotOpen(pool: "p", path: "/secret/path", reason: "no"),
        ]
    )
    func unavailable(error: SQLitePoolError) {
        let problem = (error as any ProblemConvertible).problem
        #expect(problem.status == .serviceUnavailable)
        #expect(problem.headers[.retryAfter] == "1")
        #expect(problem.detail?.contains("secret") == false)
        #expect(error.logLevel == .error)
    }

    @Test("is a time-out when the request's own time was over")
    func timeout() {
        #expect(SQLitePoolError.deadlineExceeded(pool: "p").problem.status == .gatewayTimeout)
    }
}
