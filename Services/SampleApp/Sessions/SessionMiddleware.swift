import HTTPCore
import HTTPTypes
import ServiceKit
import Tracing

/// Gives each visitor a session, and all that a request leaves in telemetry its `session.id`.
struct SessionMiddleware: Middleware {
    /// Paths of machines and files, which no visit belongs to.
    static let withoutSession: Set<String> = ["/health", "/ready", "/openapi.json"]

    let active: ActiveSessions

    func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response {
        guard !Self.withoutSession.contains(request.path), !request.path.hasPrefix("/assets/") else {
            return try await next.respond(to: request, context: context)
        }
        let session = Session(cookies: request.head.headerFields[values: .cookie])
        active.saw(session.id)
        var task = ServiceContext.current ?? .topLevel
        task.session = session
        task.sessionID = session.id
        InstrumentationSystem.tracer.activeSpan(identifiedBy: task)?.attributes["session.id"] =
            session.id
        var response = try await ServiceContext.withValue(task) {
            try await next.respond(to: request, context: context)
        }
        if session.isNew { response.head.headerFields.append(HTTPField(name: .setCookie, value: session.setCookie)) }
        return response
    }
}
