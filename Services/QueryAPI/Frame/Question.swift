import HTTPCore
import HTTPTypes
import PromQL

/// A request with its parameters, whether they came in the request line or as a form.
struct Question: Sendable {
    let request: Request
    let context: RequestContext
    private let form: QueryParameters?

    /// Reads the form, if the body is one.
    ///
    /// - Throws: `BodyError`, ``QueryFailure``.
    init(_ request: Request, _ context: RequestContext) async throws {
        self.request = request
        self.context = context
        let type = request.head.headerFields[.contentType]?.lowercased() ?? ""
        guard request.head.method == .post, type.hasPrefix("application/x-www-form-urlencoded") else {
            form = nil
            return
        }
        let body = try await request.body.collect(upTo: QueryFrame.maximumBodyBytes)
        form = QueryParameters(String(decoding: body, as: UTF8.self)[...])
    }

    /// The value of a parameter; the form goes before the request line, and nothing for an empty one.
    subscript(name: String) -> String? {
        guard let value = form?[name] ?? request.query[name], !value.isEmpty else { return nil }
        return value
    }

    /// All values of a parameter, of the form and of the request line.
    func all(_ name: String) -> [String] {
        (form?.all(name) ?? []) + request.query.all(name)
    }

    /// The value of a parameter that must be there.
    func required(_ name: String) throws(QueryFailure) -> String {
        guard let value = self[name] else { throw .invalid("invalid parameter \"\(name)\": it is missing") }
        return value
    }

    /// A part of the path by its name in the route; empty where there is none.
    ///
    /// The server leaves a percent-encoded slash as it is, so that it ends no segment: here it is a slash.
    func part(_ name: String) -> String {
        (context.parameters[name] ?? "").replacing("%2F", with: "/").replacing("%2f", with: "/")
    }

    /// A whole number, at least 0; `nil` where there is none.
    func count(_ name: String) throws(QueryFailure) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw .invalid("invalid parameter \"\(name)\": it must be a whole number of at least 0")
        }
        return number
    }

    /// `timeout`: how long the client gives the query.
    var timeout: Duration? {
        get throws(QueryFailure) {
            guard let text = self["timeout"] else { return nil }
            let milliseconds = try PrometheusTime.duration(text, of: "timeout")
            guard milliseconds > 0 else { throw .invalid("invalid parameter \"timeout\": it must be positive") }
            return .milliseconds(milliseconds)
        }
    }

    /// Refuses parameters that are none of these, by name: who sends one counts on what it does.
    func allow(_ names: [String]) throws(QueryFailure) {
        for name in (form?.names ?? []) + request.query.names where !names.contains(name) {
            throw .invalid("invalid parameter \(PrometheusTime.quoted(name)): it is not supported")
        }
    }

    /// Whether the client takes gzip (RFC 9110, section 12.5.3).
    var acceptsGzip: Bool {
        let field = request.head.headerFields[.acceptEncoding]?.lowercased() ?? ""
        return field.split(separator: ",").contains { part in
            let words = part.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let coding = words.first, coding == "gzip" || coding == "*" else { return false }
            return !words.dropFirst().contains { $0.hasPrefix("q=0") && Double($0.dropFirst(2)) == 0 }
        }
    }
}
