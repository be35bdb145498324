import HTTPCore
import HTTPTypes

/// Lets pages of chosen origins send telemetry from a browser (Fetch standard, CORS protocol).
///
/// A page of any other origin gets no permission; its browser then sends no OTLP, whose media types need one.
struct CrossOrigin: Middleware {
    /// Origins, such as `https://shop.example` or `http://localhost:*`.
    let allowedOrigins: [String]

    func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response {
        let fields = request.head.headerFields
        guard let origin = fields[.origin], !allowedOrigins.isEmpty else {
            return try await next.respond(to: request, context: context)
        }
        let isAllowed = allowedOrigins.contains { Self.matches(origin, $0) }
        if request.head.method == .options, fields[.accessControlRequestMethod] != nil {
            var response = Response(status: .noContent, headers: [.vary: "Origin"])
            guard isAllowed else { return response }
            Self.allow(origin, in: &response)
            response.head.headerFields[.accessControlAllowMethods] = "POST"
            response.head.headerFields[.accessControlAllowHeaders] =
                fields[.accessControlRequestHeaders] ?? "Content-Type, Content-Encoding"
            response.head.headerFields[.accessControlMaxAge] = "7200"
            return response
        }
        var response = try await next.respond(to: request, context: context)
        let vary = response.head.headerFields[.vary]
        response.head.headerFields[.vary] = vary.map { $0 + ", Origin" } ?? "Origin"
        if isAllowed { Self.allow(origin, in: &response) }
        return response
    }

    /// Allows an origin with credentials: `sendBeacon` always sends with them, and then needs this answer although the
    /// collector has no use for any.
    private static func allow(_ origin: String, in response: inout Response) {
        response.head.headerFields[.accessControlAllowOrigin] = origin
        response.head.headerFields[.accessControlAllowCredentials] = "true"
    }

    /// Whether an origin fits a pattern, in which `*` stands for any text.
    static func matches(_ origin: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return origin == pattern }
        guard origin.hasPrefix(parts[0]) else { return false }
        var rest = origin.dropFirst(parts[0].count)
        for part in parts[1..<(parts.count - 1)] {
            guard let found = rest.firstRange(of: part) else { return part.isEmpty }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(parts[parts.count - 1])
    }
}
