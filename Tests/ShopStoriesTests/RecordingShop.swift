import HTTPCore
import HTTPTypes
import ServiceKit
import Synchronization

@testable import LoadEngine
@testable import ShopStories

/// A shop that answers everything and remembers what it was asked, byte for byte. What it gives (sessions, orders) follows
/// from what it was given.
final class RecordingShop: Sendable {
    /// One request as it came.
    struct Asked: Sendable, Equatable {
        let id: String
        let head: String
        let body: [UInt8]
    }

    static let catalogue = Catalogue(products: (0..<30).map { .init(id: "product-\($0)", category: "c\($0 % 3)") })

    private let server: HTTPServer
    private let counter = Counter()

    init() throws {
        var router = Router()
        let counter = counter
        router.get("/{path...}") { request, _ in try await counter.answer(request) }
        router.post("/{path...}") { request, _ in try await counter.answer(request) }
        server = try HTTPServer(responder: router)
    }

    var origin: Origin { Origin(host: server.localAddress.host, port: server.localAddress.port) }
    var requests: [Asked] { counter.asked.withLock { $0 } }

    /// Runs the server while the work is done.
    func serving<Result: Sendable>(_ work: @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [server] in try await server.run() }
            defer { group.cancelAll() }
            return try await work()
        }
    }

    private final class Counter: Sendable {
        let asked = Mutex<[Asked]>([])

        func answer(_ request: Request) async throws -> Response {
            let fields = request.head.headerFields.filter { $0.name.rawName.lowercased() != "host" }
            let lines = fields.map { "\($0.name.rawName.lowercased()): \($0.value)" }.sorted()
            let id = request.head.headerFields[HTTPField.Name("x-request-id")!] ?? "none"
            let body = try await request.body.collect(upTo: 1 << 20)
            let head = ([request.head.method.rawValue, request.head.path ?? ""] + lines).joined(separator: "\n")
            asked.withLock { $0.append(Asked(id: id, head: head, body: body)) }
            if request.path == "/products" { return .json(RecordingShop.catalogue) }
            var headers = HTTPFields()
            if request.head.headerFields[.cookie] == nil { headers[.setCookie] = "session=\(id); Path=/" }
            return .json(["order_id": "ord_\(id)"], headers: headers)
        }
    }
}

extension ShopRun {
    /// A run against a shop of the test's own.
    static func test(
        _ shop: Origin,
        seed: UInt64 = 1,
        connections: Int = 64,
        journal: Journal? = nil
    ) -> ShopRun {
        ShopRun(
            seed: seed,
            target: Target(shop: shop, inventory: shop, client: HTTPClient()),
            slots: ConnectionSlots(connections),
            sessions: ShopperSessions(),
            report: LoadReport(began: .now, classes: JourneyClass.allCases.map(\.rawValue)),
            journal: journal
        )
    }
}
