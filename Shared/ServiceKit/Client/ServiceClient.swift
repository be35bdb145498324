import Deadlines
public import HTTPCore
public import HTTPTypes
import Tracing

/// Calls one other service: a CLIENT span for each call, trace context and baggage in its fields, JSON both ways, and
/// never more time than the current ``Deadline`` leaves.
public struct ServiceClient: Sendable {
    /// The service's name as people know it, for messages.
    public let service: String
    /// Where it listens.
    public let origin: Origin

    private let client: HTTPClient
    private let timeout: Duration
    private let metrics: ClientMetrics

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - service: The callee's name, used in error messages.
    ///   - origin: Where it listens.
    ///   - client: The connections to use; share one among clients.
    ///   - timeout: The most that one call may take when no earlier deadline says so; 10 s by default.
    public init(service: String, origin: Origin, client: HTTPClient, timeout: Duration = .seconds(10)) {
        self.service = service
        self.origin = origin
        self.client = client
        self.timeout = timeout
        metrics = ClientMetrics(origin: origin)
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
        let started = ContinuousClock.now
        let limit = Deadline.after(timeout)
        let deadline = min(Deadline.current ?? limit, limit)
        let name = KnownMethod(method)
        let span = InstrumentationSystem.tracer.startAnySpan(name.spanName, ofKind: .client)
        span.attributes = attributes(name, path: path, template: template)
        var series = ClientMetrics.Series(method: name.attribute, status: nil, errorType: nil)
        defer {
            metrics.record(series, duration: started.duration(to: .now))
            span.end()
        }

        var request = HTTPRequest(method: method, scheme: "http", authority: origin.authority, path: path)
        request.headerFields = headers
        DeadlineField.write(deadline, into: &request.headerFields)
        InstrumentationSystem.instrument.inject(
            span.context,
            into: &request.headerFields,
            using: HeaderFieldsInjector()
        )

        do {
            guard !deadline.hasPassed else { throw ServiceCallError.deadlineExceeded(service: service) }
            let response = try await client.execute(request, body: body, deadline: deadline.instant)
            let bytes = try await response.body.collect(upTo: 8 << 20)
            let status = response.head.status.code
            series.status = status
            span.attributes["http.response.status_code"] = status
            if status >= 400 {
                series.errorType = String(status)
                span.attributes["error.type"] = String(status)
                span.setStatus(SpanStatus(code: .error))
            }
            return (response.head, bytes)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let failure = failure(error, deadline: deadline)
            series.errorType = failure.errorType
            span.attributes["error.type"] = failure.errorType
            span.recordError(failure)
            span.setStatus(SpanStatus(code: .error, message: failure.description))
            throw failure
        }
    }

    private func failure(_ error: any Error, deadline: Deadline) -> ServiceCallError {
        if let failure = error as? ServiceCallError { return failure }
        if deadline.hasPassed { return .deadlineExceeded(service: service) }
        return .unreachable(service: service, reason: String(describing: error))
    }

    private func attributes(_ method: KnownMethod, path: String, template: String?) -> SpanAttributes {
        var attributes = SpanAttributes()
        attributes["http.request.method"] = method.attribute
        attributes["server.address"] = origin.host
        attributes["server.port"] = origin.port
        attributes["url.full"] = "\(origin)\(path)"
        attributes["url.scheme"] = "http"
        attributes["network.protocol.version"] = "1.1"
        if let template { attributes["url.template"] = template }
        return attributes
    }
}

extension ServiceCallError {
    /// A word of a small set, for `error.type`.
    var errorType: String {
        switch self {
        case .deadlineExceeded: "timeout"
        case .unreachable: "connection_error"
        case .refused(_, let status, _): String(status.code)
        case .unreadable: "unreadable_response"
        }
    }
}
