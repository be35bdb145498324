import HTTPTypes
import Testing

@testable import HTTPCore

@Suite("The request line (RFC 9112, section 3)")
struct RequestLineTests {
    @Test("has a method, which is any token (3.1)", arguments: ["GET", "DELETE", "QUERY", "x-y!#$%&'*+.^_`|~"])
    func methods(method: String) throws {
        #expect(try parsed(head("\(method) / HTTP/1.1")).request.method.rawValue == method)
    }

    @Test("is refused when the method is none, or a proxy's (3.1)")
    func badMethods() {
        #expect(refusal(head("G(T / HTTP/1.1")) == 400)
        #expect(refusal(head(" / HTTP/1.1")) == 400)
        #expect(refusal(head("CONNECT shop.example:80 HTTP/1.1")) == 501)
    }

    @Test("has a target in origin form (3.2.1)")
    func originForm() throws {
        let request = try parsed(head("GET /a/b?c=d&e HTTP/1.1")).request
        #expect(request.path == "/a/b?c=d&e")
        #expect(request.authority == "shop.example")
    }

    @Test("has a target in absolute form, whose authority wins over Host (3.2.2)")
    func absoluteForm() throws {
        let request = try parsed(head("GET HTTP://other.example:81/a?b HTTP/1.1")).request
        #expect(request.authority == "other.example:81")
        #expect(request.path == "/a?b")
        #expect(try parsed(head("GET http://other.example?q HTTP/1.1")).request.path == "/?q")
        #expect(refusal(head("GET http:///a HTTP/1.1")) == 400)
        #expect(refusal(head("GET ftp://other.example/ HTTP/1.1")) == 400)
    }

    @Test("asks for the server as a whole only with OPTIONS (3.2.4)")
    func asterisk() throws {
        #expect(try parsed(head("OPTIONS * HTTP/1.1")).request.path == "*")
        #expect(refusal(head("GET * HTTP/1.1")) == 400)
    }

    @Test("is refused when the target has what must be percent-encoded", arguments: ["/a\u{7f}", "/a#b", "/a<b", "/é"])
    func badTargets(target: String) {
        #expect(refusal(head("GET \(target) HTTP/1.1")) == 400)
    }

    @Test("is refused when it is longer than the limit, with 414 (3)")
    func length() {
        var limits = MessageLimits()
        limits.requestLineBytes = 20
        #expect(refusal(head("GET /12345 HTTP/1.1"), limits: limits) == nil)
        #expect(refusal(head("GET /1234567 HTTP/1.1"), limits: limits) == 414)
    }

    @Test("names a version that is known (2.3)")
    func versions() throws {
        #expect(try parsed(head("GET / HTTP/1.0")).isHTTP10)
        #expect(try parsed(head("GET / HTTP/1.9")).isHTTP10 == false, "a higher minor version is read as ours")
        #expect(refusal(head("GET / HTTP/2.0")) == 505)
        for version in ["HTTP/1", "http/1.1", "HTTP/1.10", "HTTP/1.x", "HTTP-1.1", ""] {
            #expect(refusal(head("GET / \(version)")) == 400, "\(version)")
        }
    }
}
