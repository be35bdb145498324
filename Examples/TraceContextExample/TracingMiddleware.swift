import HTTPCore
import HTTPTypes
import Metrics
import Tracing

/// Gives each request a SERVER span that continues the caller's trace, and measures how long it took.
struct TracingMiddleware: Middleware {
    func respond(
        to request: Request,
        context: RequestContext,
        next: any Responder
    ) async throws -> Response {
        var caller = InstrumentationContext.topLevel
        InstrumentationSystem.instrument.extract(request.head.headerFields, into: &caller, using: FieldsExtractor())
        let method = request.head.method.rawValue
        let start = ContinuousClock.now
        return try await withSpan(method, context: caller, ofKind: .server) { span in
            span.updateAttributes {
                $0["http.request.method"] = method
                $0["url.path"] = request.path
                $0["url.scheme"] = "http"
            }
            let response = try await next.respond(to: request, context: context)
            span.updateAttributes { $0["http.response.status_code"] = response.head.status.code }
            Timer(label: "http.server.request.duration", dimensions: [("http.request.method", method)])
                .record(duration: start.duration(to: .now))
            return response
        }
    }
}

/// Reads propagation headers from HTTP fields; a field that came several times is read as one list.
struct FieldsExtractor: Extractor {
    func extract(key: String, from fields: HTTPFields) -> String? {
        HTTPField.Name(key).flatMap { fields[$0] }
    }
}

/// Writes propagation headers into HTTP fields.
struct FieldsInjector: Injector {
    func inject(_ value: String, forKey key: String, into fields: inout HTTPFields) {
        if let name = HTTPField.Name(key) { fields[name] = value }
    }
}
