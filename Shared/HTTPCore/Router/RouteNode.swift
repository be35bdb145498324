import HTTPTypes

/// A node of the router's tree: one segment of a path.
struct RouteNode: Sendable {
    /// A segment of a template.
    enum Segment {
        case literal(String)
        case parameter(String)
        case wildcard(String)

        init(_ text: Substring) {
            guard text.hasPrefix("{"), text.hasSuffix("}") else {
                self = .literal(String(text))
                return
            }
            let name = text.dropFirst().dropLast()
            self = name.hasSuffix("...") ? .wildcard(String(name.dropLast(3))) : .parameter(String(name))
        }

        var name: String? {
            switch self {
            case .literal: nil
            case .parameter(let name), .wildcard(let name): name
            }
        }
    }

    private var literals: [Substring: RouteNode] = [:]
    /// A child for any one segment; an array of at most one, since a value type cannot contain itself.
    private var parameter: [RouteNode] = []
    private var wildcard: [HTTPRequest.Method: Route] = [:]
    private var methods: [HTTPRequest.Method: Route] = [:]

    /// The segments of a path; a slash at the end makes an empty last one. Split by octets: a slash that a combining mark
    /// follows is one character with it, and still a slash.
    static func segments(_ path: String) -> [Substring] {
        path.utf8.split(separator: Octet.slash, omittingEmptySubsequences: false).dropFirst().map { Substring($0) }
    }

    mutating func insert(_ route: Route, for method: HTTPRequest.Method) {
        insert(route, for: method, at: Self.segments(route.template ?? "")[...])
    }

    private mutating func insert(_ route: Route, for method: HTTPRequest.Method, at segments: ArraySlice<Substring>) {
        guard let segment = segments.first else {
            methods[method] = route
            return
        }
        switch Segment(segment) {
        case .literal:
            literals[segment, default: RouteNode()].insert(route, for: method, at: segments.dropFirst())
        case .parameter:
            if parameter.isEmpty { parameter.append(RouteNode()) }
            parameter[0].insert(route, for: method, at: segments.dropFirst())
        case .wildcard:
            precondition(segments.count == 1, "A wildcard is the last segment of a template.")
            wildcard[method] = route
        }
    }

    /// The routes at a path, by method, with what the parameters captured.
    func methods(
        at segments: ArraySlice<Substring>,
        _ captured: inout [Substring]
    ) -> [HTTPRequest.Method: Route]? {
        guard let segment = segments.first else { return methods.isEmpty ? nil : methods }
        if let child = literals[segment], let found = child.methods(at: segments.dropFirst(), &captured) {
            return found
        }
        if let child = parameter.first, !segment.isEmpty {
            captured.append(segment)
            if let found = child.methods(at: segments.dropFirst(), &captured) { return found }
            captured.removeLast()
        }
        guard !wildcard.isEmpty else { return nil }
        captured.append(segments.joined(separator: "/")[...])
        return wildcard
    }
}
