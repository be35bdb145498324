public import HTTPTypes

/// Finds the handler for a request by method and path.
///
/// A template's segments are literals, parameters (`{id}`, one segment) or, last, a wildcard (`{path...}`, all the rest).
/// Literals win over parameters, parameters over wildcards. HEAD is answered by the GET handler when there is none of its
/// own; a path whose methods do not match gets 405 with `Allow`, and OPTIONS is answered with it. A method that neither
/// HTTP (RFC 9110, section 9, and QUERY) nor any route here knows gets 501.
public struct Router: Responder {
    private var middleware: [any Middleware] = []
    private var root = RouteNode()
    /// The routes without parameters once more, by their whole path: most requests need no walk.
    private var literals: [String: [(method: HTTPRequest.Method, route: Route)]] = [:]
    private let notFound = Route(template: nil) { _, _ in .problem(.notFound) }
    private let notImplemented = Route(template: nil) { _, _ in .problem(.notImplemented) }
    private let serverOptions = Route(template: nil) { _, _ in Response(status: .noContent) }
    private static let standardMethods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .delete, .connect, .options, .trace, .patch, .init("QUERY")!,
    ]

    /// A router without routes: it answers 404.
    public init() {}

    /// Adds middleware around every route and around the 404 and 405 answers; the first added is the outermost. It runs
    /// after the match, so ``RequestContext/route`` is known to it.
    public mutating func use(_ middleware: some Middleware) {
        self.middleware.append(middleware)
    }

    /// Adds a route. A second route for the same method and template replaces the first.
    public mutating func on(_ method: HTTPRequest.Method, _ template: String, _ handler: @escaping Handler) {
        let route = Route(template: template, handler: handler)
        root.insert(route, for: method)
        guard route.parameters.isEmpty else { return }
        literals[template, default: []].removeAll { $0.method == method }
        literals[template, default: []].append((method, route))
    }

    /// Adds a route for GET (and HEAD).
    public mutating func get(_ template: String, _ handler: @escaping Handler) { on(.get, template, handler) }
    /// Adds a route for POST.
    public mutating func post(_ template: String, _ handler: @escaping Handler) { on(.post, template, handler) }
    /// Adds a route for PUT.
    public mutating func put(_ template: String, _ handler: @escaping Handler) { on(.put, template, handler) }
    /// Adds a route for PATCH.
    public mutating func patch(_ template: String, _ handler: @escaping Handler) { on(.patch, template, handler) }
    /// Adds a route for DELETE.
    public mutating func delete(_ template: String, _ handler: @escaping Handler) { on(.delete, template, handler) }

    /// Answers by the route that matches.
    public func respond(to request: Request, context: RequestContext) async throws -> Response {
        var context = context
        let route = route(for: request, &context)
        guard !middleware.isEmpty else { return try await route.handler(request, context) }
        return try await Chain(middleware: middleware, position: 0, route: route)
            .respond(to: request, context: context)
    }

    private func route(for request: Request, _ context: inout RequestContext) -> Route {
        let method = request.head.method
        if let routes = literals[request.path], let found = routes.first(where: { $0.method == method }) {
            context.route = found.route.template
            return found.route
        }
        if request.path == "*", method == .options { return serverOptions }
        var captured: [Substring] = []
        let segments = RouteNode.segments(request.path)
        guard let methods = root.methods(at: segments[...], &captured) else {
            return Self.standardMethods.contains(method) ? notFound : notImplemented
        }
        guard let route = methods[method] ?? (method == .head ? methods[.get] : nil) else {
            return Self.standardMethods.contains(method) ? methodNotAllowed(methods, method) : notImplemented
        }
        context.route = route.template
        for (name, value) in zip(route.parameters, captured) { context.parameters.append(name, String(value)) }
        return route
    }

    private func methodNotAllowed(_ methods: [HTTPRequest.Method: Route], _ method: HTTPRequest.Method) -> Route {
        var names = Set(methods.keys.map(\.rawValue))
        if names.contains("GET") { names.insert("HEAD") }
        names.insert("OPTIONS")
        let allow: HTTPFields = [.allow: names.sorted().joined(separator: ", ")]
        return Route(template: methods.values.first?.template) { _, _ in
            method == .options
                ? Response(status: .noContent, headers: allow) : .problem(.methodNotAllowed, headers: allow)
        }
    }
}

/// The rest of a middleware chain, from a position on.
private struct Chain: Responder {
    let middleware: [any Middleware]
    let position: Int
    let route: Route

    func respond(to request: Request, context: RequestContext) async throws -> Response {
        guard position < middleware.count else { return try await route.handler(request, context) }
        let next = Chain(middleware: middleware, position: position + 1, route: route)
        return try await middleware[position].respond(to: request, context: context, next: next)
    }
}
