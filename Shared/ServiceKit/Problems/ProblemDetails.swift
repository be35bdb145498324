public import HTTPCore
import HTTPTypes
public import Logging
import Tracing

/// Middleware that answers failures with problem details (RFC 9457) that carry the trace id.
///
/// A thrown ``Problem`` is answered as it says, and so is an `HTTPResponseError`. A ``ProblemConvertible`` error is
/// logged at its level and answered as its problem says. Anything else that a handler throws is logged at error level
/// with its cause and answered with a 500 that tells the client nothing but the trace id. Stands inside
/// ``ServerTelemetry``; where there is none, the answers have no trace id.
public struct ProblemDetails: Middleware {
    private let logger: Logger

    /// Creates the middleware; unexpected errors are written to the logger.
    public init(logger: Logger) {
        self.logger = logger
    }

    /// Turns errors, and the router's own 404 and 405, into problem documents.
    public func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response {
        do {
            let response = try await next.respond(to: request, context: context)
            return completed(response)
        } catch let problem as Problem {
            return problem.response(traceID: TraceParent.current?.traceID)
        } catch let error as any ProblemConvertible {
            logger.log(
                level: error.logLevel,
                error.logMessage,
                metadata: ["cause": "\(error)", "error.type": "\(error.errorType)"]
            )
            return error.problem.response(traceID: TraceParent.current?.traceID)
        } catch is CancellationError {
            throw CancellationError()
        } catch let error as any HTTPResponseError {
            // An error with a response of its own, such as a body that is too large.
            return completed(error.response())
        } catch {
            logger.error("The request failed", error: error)
            InstrumentationSystem.tracer.activeSpan(identifiedBy: ServiceContext.current ?? .topLevel)?
                .recordError(error)
            return Problem(
                .internalServerError,
                detail: "Something went wrong on our side; the trace id tells us what."
            ).response(traceID: TraceParent.current?.traceID)
        }
    }

    private func completed(_ response: Response) -> Response {
        let head = response.head
        guard head.status.code >= 400, head.headerFields[.contentType] == ProblemDocument.mediaType else {
            return response
        }
        var headers = head.headerFields
        headers[.contentType] = nil
        headers[.contentLength] = nil
        return Problem(head.status, headers: headers).response(traceID: TraceParent.current?.traceID)
    }
}
