import Deadlines
public import HTTPCore
import HTTPTypes
import Tracing

/// Middleware that gives each request its SERVER span and its metrics, by OpenTelemetry's HTTP semantic conventions.
///
/// The caller's trace context and baggage are taken from the request's fields, the caller's remaining time becomes the
/// task's ``Deadline``. The span ends when the last byte of the response was written, so that a slow reader shows. Every
/// response names its trace in a `traceresponse` field (W3C Trace Context Level 2, section 4), and the id that a caller
/// gave its request in `X-Request-Id` is an attribute of the span. The paths of ``untracedPaths`` get neither span nor metrics.
public struct ServerTelemetry: Middleware {
    /// Probes that a machine asks every few seconds: traced, they would drown what people do.
    public static let untracedPaths: Set<String> = ["/health", "/ready"]

    /// The longest `X-Request-Id` that is taken into a span, in bytes.
    private static let longestRequestID = 128

    private let metrics: ServerMetrics
    // Looked up once: each look costs as much as a span.
    private let tracer: any Tracer
    private let instrument: any Instrument

    /// Creates the middleware, once tracing was bootstrapped. It stands first, around everything that answers.
    public init() {
        metrics = ServerMetrics()
        tracer = InstrumentationSystem.tracer
        instrument = InstrumentationSystem.instrument
    }

    /// Runs the rest of the chain inside a SERVER span.
    public func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response {
        guard !Self.untracedPaths.contains(request.path) else {
            return try await next.respond(to: request, context: context)
        }
        let started = ContinuousClock.now
        let fields = request.head.headerFields
        var caller = ServiceContext.topLevel
        instrument.extract(fields, into: &caller, using: HeaderFieldsExtractor())
        let deadline = DeadlineField.read(fields)

        let method = KnownMethod(request.head.method)
        let span = tracer.startAnySpan(
            context.route.map { "\(method.spanName) \($0)" } ?? method.spanName,
            context: caller,
            ofKind: .server
        )
        span.attributes = attributes(of: request, context: context, method: method)
        let inFlight = metrics.begin()

        var response: Response
        do {
            response = try await ServiceContext.withValue(span.context) {
                guard let deadline else { return try await next.respond(to: request, context: context) }
                return try await deadline.enforce { try await next.respond(to: request, context: context) }
            }
        } catch {
            inFlight.end()
            if !(error is CancellationError) {
                span.recordError(error)
                span.setStatus(SpanStatus(code: .error))
            }
            span.attributes["error.type"] = String(describing: type(of: error))
            span.end()
            throw error
        }

        response.head.headerFields[.traceResponse] = TraceParent(of: span.context, by: instrument)?.header
        let status = response.head.status.code
        response.onCompletion { outcome in
            inFlight.end()
            // All at once: each change of the attributes takes them out of the span and puts them back.
            span.updateAttributes { attributes in
                attributes["http.response.status_code"] = status
                attributes["http.response.body.size"] = outcome.bodyBytes
                if status >= 500 {
                    attributes["error.type"] = String(status)
                } else if let error = outcome.error {
                    attributes["error.type"] = String(describing: type(of: error))
                }
            }
            if status >= 500 { span.setStatus(SpanStatus(code: .error)) }
            span.end()
            metrics.record(
                ServerMetrics.Series(method: method.attribute, route: context.route, status: status),
                duration: started.duration(to: .now),
                responseBytes: outcome.bodyBytes
            )
        }
        return response
    }

    private func attributes(of request: Request, context: RequestContext, method: KnownMethod) -> SpanAttributes {
        var attributes = SpanAttributes()
        // With room for what the response and the route's handler add.
        attributes.reserveCapacity(20)
        attributes["http.request.method"] = method.attribute
        attributes["url.path"] = request.path
        attributes["url.scheme"] = "http"
        if let original = method.original { attributes["http.request.method_original"] = original }
        if let route = context.route { attributes["http.route"] = route }
        if let target = request.head.path, let mark = target.firstIndex(of: "?") {
            attributes["url.query"] = String(target[target.index(after: mark)...])
        }
        attributes["server.address"] = context.localAddress.host
        attributes["server.port"] = context.localAddress.port
        attributes["client.address"] = context.remoteAddress.host
        attributes["network.peer.address"] = context.remoteAddress.host
        attributes["network.peer.port"] = context.remoteAddress.port
        attributes["network.protocol.version"] = "1.1"
        if let agent = request.head.headerFields[.userAgent] { attributes["user_agent.original"] = agent }
        if let id = requestID(of: request) { attributes["http.request.header.x-request-id"] = [id] }
        return attributes
    }

    /// The id by which the caller knows the request; one that is not like an id is left out, since anybody may send it.
    private func requestID(of request: Request) -> String? {
        guard let id = request.head.headerFields[.requestID], (1...Self.longestRequestID).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return id
    }
}
