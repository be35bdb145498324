/// Whatever answers requests: a router, a handler, or the rest of a middleware chain.
public protocol Responder: Sendable {
    /// Answers one request.
    ///
    /// An error that conforms to ``HTTPResponseError`` is answered as it says, any other with a 500 without detail.
    func respond(to request: Request, context: RequestContext) async throws -> Response
}

/// Something that stands around responders: it may look at the request, answer itself, or change the answer.
public protocol Middleware: Sendable {
    /// Answers one request, usually by calling `next`.
    func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response
}

/// What answers the requests of one route.
public typealias Handler = @Sendable (Request, RequestContext) async throws -> Response
