import HTTPCore
import HTTPTypes

/// Takes requests of senders only who show a token (RFC 6750).
struct BearerAuthorization: Middleware {
    let token: BearerToken
    /// Paths that anybody may ask for.
    let exempt: Set<String>

    func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response {
        let path = request.head.path.map { $0.prefix { $0 != "?" } } ?? ""
        let field = request.head.headerFields[.authorization]
        if exempt.contains(String(path)) || token.isShown(by: field) {
            return try await next.respond(to: request, context: context)
        }
        // A request without a token learns which one to show; one with a wrong token, that it is wrong.
        let challenge = #"Bearer realm="collector""# + (field == nil ? "" : #", error="invalid_token""#)
        return Response(
            status: .unauthorized,
            headers: [.wwwAuthenticate: challenge, .contentType: "text/plain"],
            body: .text("Show the collector's token: Authorization: Bearer TOKEN.\n")
        )
    }
}
