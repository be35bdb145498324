import Foundation
import HTTPCore
import HTTPTypes
import SQLitePool
import ServiceKit
import Testing
import Tracing

@testable import SampleApp

@Suite("A session")
struct SessionTests {
    private let key: SessionKey

    init() throws {
        key = try #require(SessionKey(Array(repeating: 7, count: 32)))
    }

    @Test("is the one of the cookie that this shop made, also when the shop was started anew")
    func known() throws {
        let first = key.session(of: [])
        #expect(first.isNew)
        let again = try #require(SessionKey(Array(repeating: 7, count: 32)))
            .session(of: ["theme=dark; session=\(first.cookieValue)"])
        #expect(!again.isNew)
        #expect(again.id == first.id)
        #expect(again.telemetryID == first.telemetryID)
    }

    @Test("is a new one when the cookie is one that this shop did not make")
    func foreign() throws {
        let own = key.session(of: [])
        let other = try #require(SessionKey(Array(repeating: 8, count: 32))).session(of: [])
        let proof = own.cookieValue.suffix(32)
        let cookies = [
            "", "session=", "session=42", "other=\(own.cookieValue)", "session=\(own.id)", "session=\(own.id).",
            "session=\(String(repeating: "a", count: 32))", "session=\(String(repeating: "a", count: 32)).\(proof)",
            "session=\(own.id).\(own.telemetryID)", "session=\(own.cookieValue)0", "session=.\(own.cookieValue)",
            "session=\(own.cookieValue.uppercased())", "session=\(other.cookieValue)",
        ]
        for cookie in cookies {
            let session = key.session(of: [cookie])
            #expect(session.isNew, "\(cookie)")
            #expect(!cookie.contains(session.id))
        }
    }

    @Test("is found behind another cookie of the same name, as a neighbouring page may have set one")
    func second() {
        let own = key.session(of: [])
        #expect(key.session(of: ["session=stolen; session=\(own.cookieValue)"]).id == own.id)
        #expect(key.session(of: ["session=stolen", "session=\(own.cookieValue)"]).id == own.id)
    }

    @Test("goes by a name in telemetry that is no part of its cookie")
    func telemetryName() {
        let session = key.session(of: [])
        #expect(session.telemetryID.utf8.count == 32)
        #expect(!session.cookieValue.contains(session.telemetryID))
    }

    @Test("key is made once and kept in the shop's database")
    func keptKey() async throws {
        try await TemporaryShop.open { shop in
            try await shop.pool.write { try SessionKeyRepository.prepare($0) }
            let first = try await SessionKeyRepository(pool: shop.pool).key().session(of: [])
            let pool = shop.database("shop.sqlite")
            let again = try await SessionKeyRepository(pool: pool).key().session(of: ["session=\(first.cookieValue)"])
            #expect(again.id == first.id)
        }
    }
}

@Suite("Sessions of requests")
struct SessionMiddlewareTests {
    /// What a handler saw, and what the browser was told.
    private struct Visit {
        let session: Session
        let telemetryName: String?
        let setCookie: String?
    }

    private func visit(
        cookie: String? = nil,
        headers: HTTPFields = [:],
        proxies: String = "",
        from peer: String = "127.0.0.1"
    ) async throws -> Visit {
        let seen = Seen()
        let middleware = SessionMiddleware(
            key: try #require(SessionKey(Array(repeating: 7, count: 32))),
            proxies: try #require(TrustedProxies(proxies)),
            active: ActiveSessions()
        )
        var router = Router()
        router.use(middleware)
        router.get("/cart") { _, _ in
            await seen.see(try Session.current, ServiceContext.current?.sessionID)
            return Response(status: .ok)
        }
        var fields = headers
        fields[.cookie] = cookie
        let response = try await router.respond(
            to: Request(method: .get, target: "/cart", headers: fields),
            context: RequestContext(remoteAddress: SocketAddress(host: peer, port: 1))
        )
        let (session, name) = try #require(await seen.last)
        return Visit(session: session, telemetryName: name, setCookie: response.head.headerFields[.setCookie])
    }

    private actor Seen {
        private(set) var last: (Session, String?)?
        func see(_ session: Session, _ name: String?) { last = (session, name) }
    }

    @Test("begin with a cookie that scripts cannot read, and go on with it")
    func goesOn() async throws {
        let first = try await visit()
        let cookie = try #require(first.setCookie)
        #expect(cookie.hasSuffix("; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax"))
        let second = try await visit(cookie: String(cookie.prefix { $0 != ";" }))
        #expect(second.session.id == first.session.id)
        #expect(second.setCookie == nil)
    }

    @Test("that a client made up are replaced, so that nobody can foist one upon somebody else")
    func fixation() async throws {
        for value in [
            String(repeating: "a", count: 32),
            "\(String(repeating: "a", count: 32)).\(String(repeating: "b", count: 32))",
        ] {
            let visit = try await visit(cookie: "session=\(value)")
            #expect(visit.session.isNew)
            #expect(visit.setCookie?.contains(value) == false)
        }
    }

    @Test("go by their telemetry name in the context that other services and all spans read")
    func telemetryName() async throws {
        let visit = try await visit()
        #expect(visit.telemetryName == visit.session.telemetryID)
        #expect(visit.telemetryName != visit.session.id)
    }

    @Test(
        "get a cookie for TLS only where a proxy that the shop trusts says that the browser came by TLS",
        arguments: [
            ("10.0.0.0/8", "10.1.2.3", "Forwarded", "for=192.0.2.1;proto=https", true),
            ("10.0.0.0/8", "10.1.2.3", "Forwarded", "for=192.0.2.1;proto=https, for=10.1.2.4;proto=http", true),
            ("10.0.0.0/8", "10.1.2.3", "Forwarded", "for=192.0.2.1;proto=http", false),
            ("10.0.0.0/8", "10.1.2.3", "X-Forwarded-Proto", "https", true),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "X-Forwarded-Proto", "HTTPS, http", true),
            ("10.0.0.0/8", "10.1.2.3", "X-Forwarded-Proto", "http", false),
            ("10.0.0.0/8", "11.1.2.3", "X-Forwarded-Proto", "https", false),
            ("", "127.0.0.1", "X-Forwarded-Proto", "https", false),
            ("fd00::/8, 127.0.0.1", "fd12::1", "X-Forwarded-Proto", "https", true),
            ("fd00::/8, 127.0.0.1", "127.0.0.1", "X-Forwarded-Proto", "https", true),
            ("fd00::/8, 127.0.0.1", "127.0.0.2", "X-Forwarded-Proto", "https", false),
        ]
    )
    func secure(_ proxies: String, _ peer: String, _ name: String, _ value: String, _ isSecure: Bool) async throws {
        var fields = HTTPFields()
        fields[try #require(HTTPField.Name(name))] = value
        let visit = try await visit(headers: fields, proxies: proxies, from: peer)
        #expect(visit.setCookie?.hasSuffix("; Secure") == isSecure)
    }

    @Test(
        "know no proxies by a text that is no list of addresses",
        arguments: ["proxy", "10.0.0.0/33", "10.0.0/8/8", "::/129", "/8", "10.0.0.0/"]
    )
    func unreadableProxies(_ text: String) {
        #expect(TrustedProxies(text) == nil)
    }
}

@Suite("Active sessions")
struct ActiveSessionsTests {
    @Test("are those that were seen lately, also when nobody comes any more")
    func sweep() {
        let sessions = ActiveSessions(idle: .seconds(300))
        let start = ContinuousClock.now
        sessions.saw("a", at: start)
        sessions.saw("b", at: start + .seconds(200))
        sessions.saw("a", at: start + .seconds(250))
        sessions.sweep(at: start + .seconds(501))
        #expect(sessions.count == 1)
        sessions.sweep(at: start + .seconds(550))
        #expect(sessions.count == 0)
    }

    @Test("are kept in mind up to a bound")
    func bounded() {
        let sessions = ActiveSessions(capacity: 3)
        for number in 0..<10 { sessions.saw("\(number)") }
        #expect(sessions.count == 3)
    }
}
