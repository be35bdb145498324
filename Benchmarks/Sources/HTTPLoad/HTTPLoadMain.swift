import HTTPCore
import HTTPTypes

/// Asks a server again and again over 64 connections of this project's client; prints requests a second.
///
/// `HTTPLoad PORT SECONDS`
@main
struct HTTPLoadMain {
    static let connections = 64

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard arguments.count == 2 else { return print("usage: HTTPLoad PORT SECONDS") }
        let client = HTTPClient()
        let request = HTTPRequest(
            method: .get,
            scheme: "http",
            authority: "127.0.0.1:\(arguments[0])",
            path: "/json"
        )
        _ = try await count(1, client, request)
        let started = ContinuousClock.now
        let answered = try await count(arguments[1], client, request)
        let elapsed = started.duration(to: .now) / .seconds(1)
        await client.shutdown()
        print("{\"requests_per_second\": \(Double(answered) / elapsed)}")
    }

    private static func count(_ seconds: Int, _ client: HTTPClient, _ request: HTTPRequest) async throws -> Int {
        let end = ContinuousClock.now + .seconds(seconds)
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<connections {
                group.addTask {
                    var answered = 0
                    while ContinuousClock.now < end {
                        let response = try await client.execute(request)
                        guard response.head.status == .ok else {
                            throw UnexpectedStatus(code: response.head.status.code)
                        }
                        _ = try await response.body.collect(upTo: 4_096)
                        answered += 1
                    }
                    return answered
                }
            }
            return try await group.reduce(0, +)
        }
    }
}

struct UnexpectedStatus: Error {
    let code: Int
}
