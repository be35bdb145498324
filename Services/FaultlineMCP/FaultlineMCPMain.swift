import ArgumentParser
import ClickHouseHTTP
import FoundationEssentials
import Glibc
import HTTPCore
import Logging
import ServiceKit
import ServiceLifecycle
import UnixSignals

/// `faultline-mcp`: the environment for agents as an MCP server.
@main
struct FaultlineMCP: AsyncParsableCommand {
    static let version = "1.0.0"

    static let configuration = CommandConfiguration(
        commandName: "faultline-mcp",
        abstract: "Questions about runs of the shop, its telemetry and scores, for agents that speak MCP.",
        discussion: """
            Speaks MCP 2025-11-25 on standard input and output, or with --http on 127.0.0.1:MCP_PORT (8086), where clients \
            need the bearer token of MCP_TOKEN. ClickHouse is found by CH_HOST, CLICKHOUSE_HTTP_PORT, CH_SECURE and \
            CH_DATABASE, and asked as the user agent with CH_AGENT_PASSWORD. docs/agents.md has the rest.

            EXIT STATUS
              0   The client has gone, or the server was stopped.
              64  The command line cannot be used.
              78  A variable cannot be used.
            """,
        version: version
    )

    @OptionGroup var options: ServerOptions

    func run() async throws {
        do {
            let server = try options.server(Settings())
            if options.http {
                try await HTTPService(server: server, settings: Settings()).run()
            } else {
                // A client that has closed its end must not end this process before it has said so in its answer.
                signal(SIGPIPE, SIG_IGN)
                await StandardStreams(server: server).run()
            }
        } catch let error as SettingError {
            Self.complain("faultline-mcp: \(error)")
            throw ExitCode(EX_CONFIG)
        } catch {
            Self.complain("faultline-mcp: \(error)")
            throw ExitCode.failure
        }
    }

    /// Standard error.
    static func complain(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
