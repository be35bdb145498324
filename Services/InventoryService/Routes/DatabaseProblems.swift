import HTTPCore
import HTTPTypes
import Logging
import SQLitePool
import ServiceKit

/// Middleware that answers trouble with the database as what it is to a client: come back later.
struct DatabaseProblems: Middleware {
    let logger: Logger

    func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response {
        do {
            return try await next.respond(to: request, context: context)
        } catch let error as SQLitePoolError {
            logger.error(
                "The database could not serve the request",
                metadata: ["cause": "\(error)", "error.type": "\(error.errorType)"]
            )
            throw Problem.unavailable("The inventory cannot answer right now.", retryAfter: 1)
        }
    }
}
