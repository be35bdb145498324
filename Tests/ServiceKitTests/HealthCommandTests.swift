import HTTPCore
import HTTPTypes
import ServiceKit
import Testing

@Suite("The health command", .timeLimit(.minutes(1)))
struct HealthCommandTests {
    /// What the command finds about a server that answers `/health` like this.
    private func finding(
        host: String = "127.0.0.1",
        timeout: Duration = .seconds(30),
        _ answer: @escaping @Sendable () async throws -> Response
    ) async throws -> HealthCommand.Finding {
        var router = Router()
        router.get("/health") { _, _ in try await answer() }
        let server = try HTTPServer(responder: router)
        var command = try HealthCommand(host: host, port: ("PORT", server.localAddress.port))
        command.timeout = timeout
        return await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            return await command.ask()
        }
    }

    @Test(
        "finds a process that answers healthy, also when it listens on every address",
        arguments: ["127.0.0.1", "0.0.0.0", "::"]
    )
    func healthy(host: String) async throws {
        let finding = try await finding(host: host) { Response(status: .ok, body: .text("fine")) }
        guard case .healthy(let line) = finding else {
            Issue.record("\(finding)")
            return
        }
        #expect(line.hasPrefix("http://127.0.0.1:") && line.hasSuffix("/health answered 200: fine"))
    }

    @Test("finds a process that answers with an error unhealthy")
    func failing() async throws {
        let finding = try await finding { Response(status: .serviceUnavailable, body: .text("no database")) }
        guard case .unhealthy(let line) = finding else {
            Issue.record("\(finding)")
            return
        }
        #expect(line.hasSuffix("answered 503: no database"))
    }

    @Test("does not wait for a process that never answers")
    func silent() async throws {
        let finding = try await finding(timeout: .milliseconds(200)) {
            try await Task.sleep(for: .seconds(600))
            return Response(status: .ok)
        }
        guard case .unhealthy(let line) = finding else {
            Issue.record("\(finding)")
            return
        }
        #expect(line.contains("did not answer"))
    }

    @Test("finds a port where nothing listens unhealthy")
    func absent() async throws {
        let port = try HTTPServer(responder: Router()).localAddress.port
        let finding = try await HealthCommand(host: "127.0.0.1", port: ("PORT", port)).ask()
        guard case .unhealthy = finding else {
            Issue.record("\(finding)")
            return
        }
    }

    @Test("needs a port that can be known from outside")
    func port() {
        #expect(throws: SettingError.self) { try HealthCommand(host: "127.0.0.1", port: ("PORT", 0)) }
    }

    @Test("is asked for by its name alone")
    func arguments() {
        #expect(HealthCommand.isAsked(of: "shop", arguments: ["shop", "health"]))
        #expect(!HealthCommand.isAsked(of: "shop", arguments: ["shop"]))
    }
}
