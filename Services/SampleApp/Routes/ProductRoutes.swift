import HTTPCore
import HTTPTypes
import Logging
import ServiceKit
import Tracing

/// `GET /products`, `GET /products/{id}` and `GET /inventory/check`: inventory-service's answers, passed on.
struct ProductRoutes: Sendable {
    let inventory: InventoryClient
    let logger: Logger

    func add(to router: inout Router) {
        router.get("/products") { request, _ in try await list(request) }
        router.get("/inventory/check") { request, _ in try await check(request) }
        router.get("/products/{id}") { _, context in try await show(context.parameters["id"] ?? "") }
    }

    /// Whether there is enough of a product: `?product_id=…&quantity=…`.
    private func check(_ request: Request) async throws -> Response {
        guard let id = request.query["product_id"], !id.isEmpty, id.unicodeScalars.count <= 128 else {
            throw Problem.invalid("product_id", "must be 1 to 128 characters long")
        }
        let text = request.query["quantity"] ?? "1"
        guard let quantity = Int(text), (1...1000).contains(quantity) else {
            throw Problem.invalid("quantity", "must be a whole number from 1 to 1000")
        }
        let offer = try await inventory.availability(of: id, quantity: quantity)
        return .json(
            AvailabilityDocument(productID: id, quantity: quantity, available: offer.available, stock: offer.stock)
        )
    }

    private func list(_ request: Request) async throws -> Response {
        let query = request.head.path.flatMap { path in
            path.firstIndex(of: "?").map { String(path[path.index(after: $0)...]) }
        }
        let products = try await withSpan("get_products") { span in
            let list = try await inventory.products(query: query ?? "")
            span.attributes["app.products.count"] = list.products.count
            return list
        }
        logger.info("Products shown", metadata: ["product.count": "\(products.products.count)"])
        return .json(products)
    }

    private func show(_ id: String) async throws -> Response {
        let product = try await withSpan("get_product") { span in
            span.attributes["app.product.id"] = id
            return try await inventory.product(id)
        }
        logger.info("Product shown", metadata: ["product.id": "\(product.id)"])
        return .json(product)
    }
}

/// Whether there is enough of a product.
struct AvailabilityDocument: Codable, Sendable, Equatable {
    let productID: String
    let quantity: Int
    let available: Bool
    let stock: Int

    enum CodingKeys: String, CodingKey {
        case productID = "product_id"
        case quantity, available, stock
    }
}
