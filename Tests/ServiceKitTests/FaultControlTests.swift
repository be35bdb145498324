import HTTPCore
import HTTPTypes
import Testing

@testable import ServiceKit

@Suite("The control listener of a service's weaknesses", .timeLimit(.minutes(1)))
struct FaultControlTests {
    private static let secret = "sixteen bytes or more"

    private let weakness = Weakness("weak", range: 0.1...10, standard: 2, isFixed: false)
    private let fixed = Weakness("fixed", range: 0.1...10, standard: 2, isFixed: true)
    private let router: Router

    init() throws {
        let token = try #require(BearerToken(Self.secret))
        router = FaultControl(weaknesses: [weakness, fixed], token: token).router()
    }

    private func ask(
        _ method: HTTPRequest.Method,
        _ name: String,
        _ body: String = "",
        token: String? = "Bearer \(secret)"
    ) async throws -> Int {
        var headers: HTTPFields = [:]
        headers[.authorization] = token
        let request = Request(method: method, target: "/admin/faults/\(name)", headers: headers, body: Array(body.utf8))
        let response = try await router.respond(to: request, context: RequestContext())
        #expect(response.head.headerFields.first { $0.name.canonicalName == "traceresponse" } == nil)
        return response.head.status.code
    }

    @Test("arms with what is asked for or the standard, shows it, and disarms")
    func arming() async throws {
        #expect(try await ask(.put, "weak", #"{"ttl_s":60}"#) == 200)
        #expect(weakness.intensity == 2)
        #expect(try await ask(.put, "weak", #"{"ttl_s":60,"intensity":7.5}"#) == 200)
        #expect(weakness.intensity == 7.5)
        #expect(try await ask(.get, "weak") == 200)
        #expect(try await ask(.delete, "weak") == 200)
        #expect(weakness.intensity == nil)
    }

    @Test("takes the scheme's name in any case", arguments: ["bearer", "BEARER", "Bearer "])
    func schemeCase(scheme: String) async throws {
        #expect(try await ask(.get, "weak", token: "\(scheme) \(Self.secret)") == 200)
    }

    @Test("ends by itself when its time is over")
    func timeToLive() async throws {
        #expect(try await ask(.put, "weak", #"{"ttl_s":1}"#) == 200)
        #expect(weakness.current != nil)
        while weakness.current != nil { try await Task.sleep(for: .milliseconds(20)) }
    }

    @Test(
        "lets nobody in without the token",
        arguments: [
            nil, "", "Bearer", "Bearer ", "Bearer wrong", "Bearer sixteen bytes or mor", "sixteen bytes or more",
        ]
    )
    func strangers(token: String?) async throws {
        #expect(try await ask(.put, "weak", #"{"ttl_s":60}"#, token: token) == 401)
        #expect(weakness.current == nil)
    }

    @Test(
        "refuses what makes no sense",
        arguments: [
            ("weak", #"{"ttl_s":0}"#, 422), ("weak", #"{"ttl_s":86401}"#, 422), ("weak", #"{"intensity":1}"#, 422),
            ("weak", #"{"ttl_s":5,"intensity":11}"#, 422), ("weak", "{", 400), ("unknown", #"{"ttl_s":5}"#, 404),
            ("fixed", #"{"ttl_s":5}"#, 409), ("weak", #"{"ttl_s":5,"intensitiy":3}"#, 400),
        ]
    )
    func refusals(name: String, body: String, status: Int) async throws {
        #expect(try await ask(.put, name, body) == status)
        #expect(weakness.current == nil)
    }

    @Test("takes no token that is short")
    func shortToken() {
        #expect(BearerToken("fifteen bytes..") == nil)
        #expect("\(String(describing: BearerToken(Self.secret)))".contains(Self.secret) == false)
    }
}
