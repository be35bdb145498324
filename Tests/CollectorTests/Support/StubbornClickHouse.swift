import HTTPCore
import HTTPTypes
import Synchronization

/// Stands where ClickHouse would, to fail in every way that a network and a server can.
final class StubbornClickHouse: Sendable {
    /// What it does with an insert.
    enum Answer: Sendable {
        case accept
        case refuse(Int, code: Int)
        case hang
        case breakOff
    }

    /// An insert as it came.
    struct Insert: Sendable {
        let query: QueryParameters
        let headers: HTTPFields
        let target: String
        let body: [UInt8]

        var token: String? { query["insert_deduplication_token"] }
    }

    private struct State {
        var script: [Answer] = []
        var rest = Answer.accept
        var inserts: [Insert] = []
        var refusedTable: String?
    }

    private let state: Mutex<State>

    init(_ script: [Answer], then rest: Answer = .accept) {
        state = Mutex(State(script: script, rest: rest))
    }

    var inserts: [Insert] { state.withLock { $0.inserts } }

    /// Refuses the rows of one table from now on, whatever else is done; `nil` for none.
    func refuse(table: String?) {
        state.withLock { $0.refusedTable = table }
    }

    /// Changes what is done from now on.
    func become(_ answer: Answer) {
        state.withLock { ($0.script, $0.rest) = ([], answer) }
    }

    fileprivate func respond(_ request: Request) async throws -> Response {
        let insert = Insert(
            query: request.query,
            headers: request.head.headerFields,
            target: request.head.path ?? "",
            body: try await request.body.collect(upTo: 64 << 20)
        )
        let answer = state.withLock { state -> Answer in
            state.inserts.append(insert)
            if let table = state.refusedTable, insert.query["query"]?.hasPrefix("INSERT INTO \(table) ") == true {
                return .refuse(404, code: 60)
            }
            return state.script.isEmpty ? state.rest : state.script.removeFirst()
        }
        switch answer {
        case .accept: return Response(status: .ok)
        case .refuse(let status, let code):
            return Response(
                status: HTTPResponse.Status(code: status),
                body: .text("Code: \(code). DB::Exception: no (NO)\nmore")
            )
        case .hang:
            try await Task.sleep(for: .seconds(3_600))
            return Response(status: .ok)
        case .breakOff:
            return Response(status: .ok, body: .stream(length: 10) { _ in throw CancellationError() })
        }
    }
}

/// Runs a collector in front of such a server.
func withCollector<Result: Sendable>(
    before clickHouse: StubbornClickHouse,
    _ environment: [String: String] = [:],
    _ body: @Sendable (RunningCollector) async throws -> Result
) async throws -> Result {
    var router = Router()
    router.post("/") { request, _ in try await clickHouse.respond(request) }
    var configuration = HTTPServer.Configuration()
    configuration.shutdownGracePeriod = .zero
    configuration.maximumBodyBytes = 64 << 20
    let server = try HTTPServer(configuration: configuration, responder: router)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        defer { group.cancelAll() }
        return try await withCollector(
            environment.merging(["CH_HOST": "\(server.localAddress)"]) { given, _ in given },
            body
        )
    }
}
