import HTTPCore
import HTTPTypes
import ServiceKit

@testable import ShopStories

/// A shop that answers everything with 200.
final class AnsweringShop: Sendable {
    private static let catalogue = Catalogue(products: (0..<30).map { .init(id: "product-\($0)", category: "c") })

    private let server: HTTPServer

    init() throws {
        let answer: @Sendable (Request, RequestContext) async throws -> Response = { request, _ in
            _ = try await request.body.collect(upTo: 1 << 20)
            return request.path == "/products" ? .json(Self.catalogue) : .json(["order_id": "ord_1"])
        }
        var router = Router()
        router.get("/{path...}", answer)
        router.post("/{path...}", answer)
        server = try HTTPServer(responder: router)
    }

    var origin: Origin { Origin(host: server.localAddress.host, port: server.localAddress.port) }

    /// Runs the server while the work is done.
    func serving<Result: Sendable>(_ work: @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [server] in try await server.run() }
            defer { group.cancelAll() }
            return try await work()
        }
    }
}
