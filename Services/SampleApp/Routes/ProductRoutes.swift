import HTTPCore
import HTTPTypes
import Logging
import ServiceKit
import Tracing

/// `GET /products` and `GET /products/{id}`: inventory-service's answers, passed on.
struct ProductRoutes: Sendable {
    let inventory: InventoryClient
    let logger: Logger

    func add(to router: inout Router) {
        router.get("/products") { request, _ in try await list(request) }
        router.get("/products/{id}") { _, context in try await show(context.parameters["id"] ?? "") }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = request.head.path.flatMap { path in
            path.firstIndex(of: "?").map { String(path[path.index(after: $0)...]) }
        }
        let products = try await withShopSpan("get_products") { span in
            let list = try await inventory.products(query: query ?? "")
            span.attributes["app.products.count"] = list.products.count
            return list
        }
        logger.info("Products shown", metadata: ["product.count": "\(products.products.count)"])
        return .json(products)
    }

    private func show(_ id: String) async throws -> Response {
        let product = try await withShopSpan("get_product") { span in
            span.attributes["app.product.id"] = id
            return try await inventory.product(id)
        }
        logger.info("Product shown", metadata: ["product.id": "\(product.id)"])
        return .json(product)
    }
}

/// A span of the shop's own work, with the session that it belongs to.
func withShopSpan<Value>(
    _ name: String,
    _ operation: (any Span) async throws -> Value
) async rethrows -> Value {
    try await withSpan(name) { span in
        if let session = ServiceContext.current?.session { span.attributes["session.id"] = session.id }
        return try await operation(span)
    }
}
