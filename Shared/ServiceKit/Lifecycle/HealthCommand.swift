import Glibc
import HTTPCore
import HTTPTypes

/// The `health` command of a service: asks `GET /health` of the running process and exits with 0 or 1.
///
/// A container's health check is a command that runs inside it; with this one an image needs no shell and no curl.
public struct HealthCommand: Sendable {
    /// What a health check found, as one line for the container's log.
    public enum Finding: Sendable, Equatable, CustomStringConvertible {
        /// `/health` answered with success.
        case healthy(String)
        /// It answered otherwise, not in time, or not at all.
        case unhealthy(String)

        /// The line.
        public var description: String {
            switch self {
            case .healthy(let line), .unhealthy(let line): line
            }
        }
    }

    /// Where the process listens.
    public let origin: Origin
    /// How long the answer may take; 2 s by default.
    public var timeout: Duration = .seconds(2)

    /// A command for the process that listens on a host and port.
    ///
    /// - Parameters:
    ///   - host: The address it was told to listen on; every address is asked as loopback.
    ///   - port: The port, with the variable that names it.
    /// - Throws: ``SettingError`` for port 0, which only the process itself knows.
    public init(host: String, port: (variable: String, number: Int)) throws(SettingError) {
        guard port.number != 0 else {
            throw SettingError(variable: port.variable, value: "0", allowed: "the port that the process listens on")
        }
        // What listens on all addresses of both families has this one too, and where there is no IPv6 it has no other.
        let loopback = ["0.0.0.0": "127.0.0.1", "::": "127.0.0.1"]
        origin = Origin(host: loopback[host] ?? host, port: port.number)
    }

    /// Whether this process was started as `NAME health`.
    ///
    /// Any other argument ends the process with status 64 and a usage line.
    public static func isAsked(of name: String, arguments: [String] = CommandLine.arguments) -> Bool {
        switch arguments.dropFirst() {
        case []: return false
        case ["health"]: return true
        default:
            print("\(name): it is started without arguments, or with 'health'; settings are environment variables")
            exit(EX_USAGE)
        }
    }

    /// Asks once.
    public func ask() async -> Finding {
        var configuration = HTTPClient.Configuration()
        configuration.connectTimeout = timeout
        configuration.requestTimeout = timeout
        let client = HTTPClient(configuration: configuration)
        let finding = await ask(client)
        await client.shutdown()
        return finding
    }

    /// Asks once, says what it found, and ends the process with 0 or 1.
    public func run() async -> Never {
        let finding = await ask()
        print(finding)
        if case .healthy = finding { exit(EXIT_SUCCESS) }
        exit(EXIT_FAILURE)
    }

    private func ask(_ client: HTTPClient) async -> Finding {
        let request = HTTPRequest(method: .get, scheme: "http", authority: origin.authority, path: "/health")
        do {
            let answer = try await client.execute(request)
            let text = String(decoding: try await answer.body.collect(upTo: 4_096), as: UTF8.self)
            let line = "\(origin)/health answered \(answer.head.status.code): \(text)"
            return answer.head.status.kind == .successful ? .healthy(line) : .unhealthy(line)
        } catch {
            return .unhealthy("\(error)")
        }
    }
}
