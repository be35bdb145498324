import Deadlines
public import HTTPCore
public import HTTPTypes
import SpanTiming
import Tracing

/// Calls one other service: a CLIENT span for each call, trace context and baggage in its fields, JSON both ways, and
/// never more time than the task's `Deadline` leaves.
public struct ServiceClient: Sendable {
    /// The service's name as people know it, for messages.
    public let service: String
    /// Where it listens.
    public let origin: Origin

    private let client: HTTPClient
    private let timeout: Duration
    private let metrics: ClientMetrics
    private let captured: CapturedHeaders
    // Looked up once: each lookup costs as much as a span.
    private let tracer: any Tracer
    private let instrument: any Instrument

    /// Creates a client, once tracing was bootstrapped.
    ///
    /// - Parameters:
    ///   - service: The callee's name, used in error messages.
    ///   - origin: Where it listens.
    ///   - client: The connections to use; share one among clients.
    ///   - timeout: The most that one call may take when no earlier deadline says so; 10 s by default.
    ///   - captured: The header fields that become attributes of the spans; none by default.
    public init(
        service: String,
        origin: Origin,
        client: HTTPClient,
        timeout: Duration = .seconds(10),
        capturing captured: CapturedHeaders = .none
    ) {
        self.service = service
        self.origin = origin
        self.client = client
        self.timeout = timeout
        self.captured = captured
        metrics = ClientMetrics(origin: origin)
        tracer = InstrumentationSystem.tracer
        instrument = InstrumentationSystem.instrument
    }

    /// GETs a path and reads the answer.
    ///
    /// - Throws: ``ServiceCallError``.
    public func get<Answer: Decodable>(
        _ path: String,
        template: String? = nil,
        as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try await call(.get, path, template: template, body: [], headers: [:], as: type)
    }

    /// POSTs a value as JSON and reads the answer.
    ///
    /// - Throws: ``ServiceCallError``.
    public func post<Answer: Decodable>(
        _ path: String,
        template: String? = nil,
        json value: some Encodable,
        headers: HTTPFields = [:],
        as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        var headers = headers
        headers[.contentType] = "application/json"
        return try await call(.post, path, template: template, body: JSON.encode(value), headers: headers, as: type)
    }

    private func call<Answer: Decodable>(
        _ method: HTTPRequest.Method,
        _ path: String,
        template: String?,
        body: [UInt8],
        headers: HTTPFields,
        as type: Answer.Type
    ) async throws -> Answer {
        let (head, bytes) = try await exchange(method, path, template: template, body: body, headers: headers)
        guard head.status.kind == .successful else {
            throw ServiceCallError.refused(
                service: service,
                status: head.status,
                problem: try? JSON.decode(ProblemDocument.self, from: bytes)
            )
        }
        do {
            return try JSON.decode(type, from: bytes)
        } catch {
            throw ServiceCallError.unreadable(service: service)
        }
    }

    /// Sends one request inside a CLIENT span and reads the whole answer, whatever its status.
    ///
    /// - Throws: ``ServiceCallError/deadlineExceeded(service:)`` or ``ServiceCallError/unreachable(service:reason:)``;
    ///   `CancellationError` when the task was cancelled.
    public func exchange(
        _ method: HTTPRequest.Method,
        _ path: String,
        template: String? = nil,
        body: [UInt8] = [],
        headers: HTTPFields = [:]
    ) async throws -> (head: HTTPResponse, body: [UInt8]) {
        let stopwatch = SpanStopwatch()
        let limit = Deadline.after(timeout)
        let deadline = min(Deadline.current ?? limit, limit)
        let name = KnownMethod(method)
        let span = tracer.startSpan(
            name.spanName,
            context: .current ?? .topLevel,
            ofKind: .client,
            at: stopwatch.start,
            function: #function,
            file: #fileID,
            line: #line
        )

        var request = HTTPRequest(method: method, scheme: "http", authority: origin.authority, path: path)
        request.headerFields = headers
        DeadlineField.write(deadline, into: &request.headerFields)
        instrument.inject(span.context, into: &request.headerFields, using: HeaderFieldsInjector())
        // Processors may have set attributes at the start, so these are added.
        var attributes = span.attributes
        describe(request, name, template: template, in: &attributes)
        span.attributes = attributes

        var call = Call(series: ClientMetrics.Series(method: name.attribute))
        defer { end(call, span, stopwatch) }
        do {
            guard !deadline.hasPassed else { throw ServiceCallError.deadlineExceeded(service: service) }
            let response = try await client.execute(request, body: body, deadline: deadline.instant)
            call.answered(response)
            return (response.head, try await response.body.collect(upTo: 8 << 20))
        } catch is CancellationError {
            call.series.errorType = "CancellationError"
            throw CancellationError()
        } catch {
            let failure = failure(error, deadline: deadline)
            call.series.errorType = failure.errorType
            call.failure = failure
            throw failure
        }
    }

    /// The outcome of a call, as far as it is known.
    private struct Call {
        var series: ClientMetrics.Series
        var head: HTTPResponse?
        var failure: ServiceCallError?

        mutating func answered(_ response: ClientResponse) {
            let head = response.head
            self.head = head
            series.version = response.version
            series.status = head.status.code
            if head.status.code >= 400 { series.errorType = String(head.status.code) }
        }
    }

    /// Ends the span, and records the metrics within it, so that exemplars name it.
    private func end(_ call: Call, _ span: any Span, _ stopwatch: SpanStopwatch) {
        let (end, duration) = stopwatch.stop()
        span.updateAttributes { attributes in
            if let head = call.head {
                attributes.set("http.response.status_code", value: .int64(Int64(head.status.code)))
                attributes.set("network.protocol.version", value: (call.series.version?.rawValue).map { .string($0) })
                CapturedHeaders.add(captured.response, of: head.headerFields, to: &attributes)
            }
            if let errorType = call.series.errorType { attributes["error.type"] = errorType }
        }
        if let failure = call.failure { span.recordError(failure) }
        if call.series.errorType != nil {
            span.setStatus(SpanStatus(code: .error, message: call.failure?.description))
        }
        ServiceContext.withValue(span.context) { metrics.record(call.series, duration: duration) }
        span.end(at: end)
    }

    private func failure(_ error: any Error, deadline: Deadline) -> ServiceCallError {
        if let failure = error as? ServiceCallError { return failure }
        if deadline.hasPassed { return .deadlineExceeded(service: service) }
        return .unreachable(service: service, reason: String(describing: error))
    }

    private func describe(
        _ request: HTTPRequest,
        _ method: KnownMethod,
        template: String?,
        in attributes: inout SpanAttributes
    ) {
        attributes.reserveCapacity(12)
        attributes.set("http.request.method", value: .string(method.attribute))
        if let original = method.original { attributes["http.request.method_original"] = original }
        attributes.set("server.address", value: .string(origin.host))
        attributes.set("server.port", value: .int64(Int64(origin.port)))
        let address = QueryRedaction.redact(target: "\(origin)\(request.path ?? "")")
        attributes.set("url.full", value: .string(address))
        attributes.set("url.scheme", value: .string("http"))
        if let template { attributes.set("url.template", value: .string(template)) }
        CapturedHeaders.add(captured.request, of: request.headerFields, to: &attributes)
    }
}
