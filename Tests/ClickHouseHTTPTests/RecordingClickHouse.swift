import ClickHouseHTTP
import HTTPCore
import HTTPTypes
import Synchronization

/// Stands where ClickHouse would, keeps what it was asked, and answers as a test says.
final class RecordingClickHouse: Sendable {
    /// A request as it came.
    struct Asked: Sendable {
        let query: QueryParameters
        let headers: HTTPFields
        let target: String
        let body: [UInt8]

        var sql: String { String(decoding: body, as: UTF8.self) }
    }

    typealias Answer = @Sendable (Asked) async throws -> Response

    private let server: HTTPServer
    private let log = Log()
    private let changes: AsyncStream<Asked>

    init(_ answer: @escaping Answer = { _ in Response(status: .ok) }) throws {
        let (changes, announce) = AsyncStream.makeStream(of: Asked.self)
        let log = log
        var router = Router()
        router.post("/") { request, _ in
            let asked = Asked(
                query: request.query,
                headers: request.head.headerFields,
                target: request.head.path ?? "",
                body: try await request.body.collect(upTo: 1 << 20)
            )
            log.asked.withLock { $0.append(asked) }
            announce.yield(asked)
            return try await answer(asked)
        }
        var configuration = HTTPServer.Configuration()
        configuration.shutdownGracePeriod = .zero
        server = try HTTPServer(configuration: configuration, responder: router)
        self.changes = changes
    }

    private final class Log: Sendable {
        let asked = Mutex<[Asked]>([])
    }

    var asked: [Asked] { log.asked.withLock { $0 } }

    /// The next request that a condition holds for.
    func first(where condition: (Asked) -> Bool) async -> Asked? {
        for await asked in changes where condition(asked) { return asked }
        return nil
    }

    /// Runs the server while the work is done.
    func serving<Result: Sendable>(
        user: String = "default",
        password: String = "",
        _ work: @Sendable (ClickHouseClient) async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [server] in try await server.run() }
            defer { group.cancelAll() }
            let address = server.localAddress
            let endpoint = ClickHouseEndpoint(scheme: "http", host: address.host, port: address.port)
            let access = ClickHouseAccess(endpoint: endpoint, database: "o11y", user: user, password: password)
            return try await work(ClickHouseClient(access))
        }
    }
}
