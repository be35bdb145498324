import Deadlines
public import HTTPCore
import HTTPTypes
import SpanTiming
import Tracing

/// Middleware that gives each request its SERVER span and its metrics, by OpenTelemetry's HTTP semantic conventions.
///
/// The caller's trace context and baggage are taken from the request's fields, the caller's remaining time becomes the
/// task's `Deadline`. The span ends when the last byte of the response was written, so that a slow reader shows, and
/// the metrics are recorded within it, with the same duration. A request that was cancelled, or whose response could
/// not be written to its end, is an error of both.
///
/// Every response names its trace in a `traceresponse` field (W3C Trace Context Level 2, section 4), and the id that a
/// caller gave its request in `X-Request-Id` is an attribute of the span. The paths of ``probes``, and others that a
/// service names, get neither span nor metrics.
public struct ServerTelemetry: Middleware {
    /// Health probes, which come every few seconds and are no traffic of interest.
    public static let probes: Set<String> = ["/health", "/ready"]

    /// The longest `X-Request-Id` that is taken into a span, in bytes.
    private static let longestRequestID = 128

    private let metrics: ServerMetrics
    private let captured: CapturedHeaders
    private let untracedPaths: Set<String>
    // Looked up once: each lookup costs as much as a span.
    private let tracer: any Tracer
    private let instrument: any Instrument

    /// Creates the middleware, once tracing was bootstrapped. It stands first, around everything that answers.
    ///
    /// - Parameters:
    ///   - captured: The header fields that become attributes; none by default.
    ///   - untracedPaths: Paths beside those of ``probes`` that get neither span nor metrics; none by default.
    public init(capturing captured: CapturedHeaders = .none, leavingOut untracedPaths: Set<String> = []) {
        self.captured = captured
        self.untracedPaths = Self.probes.union(untracedPaths)
        metrics = ServerMetrics()
        tracer = InstrumentationSystem.tracer
        instrument = InstrumentationSystem.instrument
    }

    /// Runs the rest of the chain inside a SERVER span.
    public func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response {
        guard !untracedPaths.contains(request.path) else {
            return try await next.respond(to: request, context: context)
        }
        let stopwatch = SpanStopwatch()
        let fields = request.head.headerFields
        var caller = ServiceContext.topLevel
        instrument.extract(fields, into: &caller, using: HeaderFieldsExtractor())

        let method = KnownMethod(request.head.method)
        let span = tracer.startSpan(
            context.route.map { "\(method.spanName) \($0)" } ?? method.spanName,
            context: caller,
            ofKind: .server,
            at: stopwatch.start,
            function: #function,
            file: #fileID,
            line: #line
        )
        // Processors may have set attributes at the start, so these are added.
        var attributes = span.attributes
        describe(request, context: context, method: method, in: &attributes)
        span.attributes = attributes
        let served = ServedRequest(
            span: span,
            context: span.context,
            stopwatch: stopwatch,
            series: ServerMetrics.Series(method: method.attribute, route: context.route, version: context.version),
            metrics: metrics
        )
        metrics.began(method.attribute)

        var response: Response
        do {
            response = try await ServiceContext.withValue(served.context) {
                guard let deadline = DeadlineField.read(fields) else {
                    return try await next.respond(to: request, context: context)
                }
                return try await deadline.enforce { try await next.respond(to: request, context: context) }
            }
        } catch {
            if !(error is CancellationError) { span.recordError(error) }
            served.end(status: nil, error: error, bodyBytes: 0, fields: [], of: [:])
            throw error
        }

        response.head.headerFields[.traceResponse] = TraceParent(of: served.context, by: instrument)?.header
        let head = response.head
        response.onCompletion { [captured] outcome in
            served.end(
                status: head.status.code,
                error: outcome.error,
                bodyBytes: outcome.bodyBytes,
                fields: captured.response,
                of: head.headerFields
            )
        }
        return response
    }

    private func describe(
        _ request: Request,
        context: RequestContext,
        method: KnownMethod,
        in attributes: inout SpanAttributes
    ) {
        // With room for the attributes of the response and of the route's handler.
        attributes.reserveCapacity(20)
        attributes.set("http.request.method", value: .string(method.attribute))
        attributes.set("url.path", value: .string(request.path))
        attributes.set("url.scheme", value: .string("http"))
        if let original = method.original { attributes["http.request.method_original"] = original }
        if let route = context.route { attributes.set("http.route", value: .string(route)) }
        if let target = request.head.path, let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) {
            attributes["url.query"] = QueryRedaction.redact(target[target.index(after: mark)...])
        }
        let asked = RequestedAddress(request.head.authority)
        attributes.set("server.address", value: .string(asked?.host ?? context.localAddress.host))
        attributes.set("server.port", value: .int64(Int64(asked?.port ?? context.localAddress.port)))
        attributes.set("client.address", value: .string(context.remoteAddress.host))
        attributes.set("network.peer.address", value: .string(context.remoteAddress.host))
        attributes.set("network.peer.port", value: .int64(Int64(context.remoteAddress.port)))
        attributes.set("network.protocol.version", value: .string(context.version.rawValue))
        let fields = request.head.headerFields
        if let agent = fields[.userAgent] { attributes.set("user_agent.original", value: .string(agent)) }
        if let id = requestID(of: request) {
            attributes.set("http.request.header.x-request-id", value: .stringArray([id]))
        }
        CapturedHeaders.add(captured.request, of: fields, to: &attributes)
    }

    /// The id by which the caller knows the request; `nil` when the field has a space, a control character or is too
    /// long.
    private func requestID(of request: Request) -> String? {
        guard let id = request.head.headerFields[.requestID], (1...Self.longestRequestID).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return id
    }
}

/// A request that is being served, until its span and its metrics say how it ended.
private struct ServedRequest: Sendable {
    let span: any Span
    let context: ServiceContext
    let stopwatch: SpanStopwatch
    let series: ServerMetrics.Series
    let metrics: ServerMetrics

    /// - Parameters:
    ///   - status: The response's, if there was one.
    ///   - error: Why there was none, or why it could not be written to its end.
    ///   - fields: The response's fields that become attributes.
    func end(
        status: Int?,
        error: (any Error)?,
        bodyBytes: Int,
        fields: [CapturedHeaders.Field],
        of head: HTTPFields
    ) {
        let (end, duration) = stopwatch.stop()
        var series = series
        series.status = status
        if let status, status >= 500 {
            series.errorType = String(status)
        } else if let error {
            series.errorType = String(describing: type(of: error))
        }
        // All at once: each change of the attributes takes them out of the span and puts them back.
        span.updateAttributes { attributes in
            if let status {
                attributes.set("http.response.status_code", value: .int64(Int64(status)))
                attributes.set("http.response.body.size", value: .int64(Int64(bodyBytes)))
            }
            if let errorType = series.errorType { attributes["error.type"] = errorType }
            CapturedHeaders.add(fields, of: head, to: &attributes)
        }
        if series.errorType != nil { span.setStatus(SpanStatus(code: .error)) }
        // Within the span, so that exemplars name it.
        ServiceContext.withValue(context) {
            metrics.ended(series, duration: duration, responseBytes: bodyBytes)
        }
        span.end(at: end)
    }
}
