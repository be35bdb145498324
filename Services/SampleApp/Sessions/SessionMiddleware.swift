import HTTPCore
import HTTPTypes
import ServiceKit
import Tracing

/// Gives each visitor a session, and adds its `session.id` to the baggage of the request.
struct SessionMiddleware: Middleware {
    /// Paths of probes, files and telemetry, which belong to no session.
    static let withoutSession: Set<String> = BrowserTelemetryRoutes.paths.union(["/health", "/ready", "/openapi.json"])

    let key: SessionKey
    let proxies: TrustedProxies
    let active: ActiveSessions

    func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response {
        guard !Self.withoutSession.contains(request.path), !request.path.hasPrefix("/assets/") else {
            return try await next.respond(to: request, context: context)
        }
        let fields = request.head.headerFields
        let session = key.session(of: fields[values: .cookie])
        active.saw(session.telemetryID)
        var task = ServiceContext.current ?? .topLevel
        task.sessionID = session.telemetryID
        InstrumentationSystem.tracer.activeSpan(identifiedBy: task)?.attributes["session.id"] = session.telemetryID
        var response = try await Session.$ofTask.withValue(session) {
            try await ServiceContext.withValue(task) { try await next.respond(to: request, context: context) }
        }
        if session.isNew {
            let isSecure = proxies.saySecure(fields, from: context.remoteAddress.host)
            let cookie = SessionCookie.field(for: session, isSecure: isSecure)
            response.head.headerFields.append(HTTPField(name: .setCookie, value: cookie))
        }
        return response
    }
}
