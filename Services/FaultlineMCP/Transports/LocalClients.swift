import HTTPCore
import HTTPTypes
import ServiceKit

/// Lets in who has the token, and no page of a browser that is not of this machine: the Host and the Origin of a request
/// must be loopback (MCP, *Transports*, Security warning), so that no page reaches the server by DNS rebinding either.
struct LocalClients: Middleware {
    let token: BearerToken

    func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response {
        guard let host = request.authority?.host, Self.isLoopback(host) else {
            return Self.refusal(.forbidden, "Host must be 127.0.0.1, [::1] or localhost.")
        }
        if let origin = request.head.headerFields[.origin] {
            guard let parsed = Origin(origin), Self.isLoopback(parsed.host) else {
                return Self.refusal(.forbidden, "Origin is not of this machine.")
            }
        }
        guard token.admits(request.head.headerFields) else {
            return Self.refusal(.unauthorized, "Send Authorization: Bearer TOKEN.", [.wwwAuthenticate: "Bearer"])
        }
        return try await next.respond(to: request, context: context)
    }

    private static func isLoopback(_ host: String) -> Bool {
        ["127.0.0.1", "::1", "localhost"].contains(host.lowercased())
    }

    private static func refusal(
        _ status: HTTPResponse.Status,
        _ message: String,
        _ headers: HTTPFields = [:]
    ) -> Response {
        StreamableHTTP.answer(JSONRPCError.invalidRequest(message).response, status, headers)
    }
}
