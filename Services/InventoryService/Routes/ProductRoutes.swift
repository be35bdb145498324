import HTTPCore
import Logging
import ServiceKit

/// `GET /products`, `GET /products/{id}` and `POST /check-availability`.
struct ProductRoutes: Sendable {
    let products: ProductRepository
    let stock: StockRepository
    let logger: Logger

    func add(to router: inout Router) {
        router.get("/products") { request, _ in try await list(request) }
        router.get("/products/{id}") { _, context in try await show(context.parameters["id"] ?? "") }
        router.post("/check-availability") { request, _ in try await checkAvailability(request) }
    }

    private func list(_ request: Request) async throws -> Response {
        let page = try await products.page(ProductQuery(request.query))
        let levels = try await stock.levels(of: page.products.count > 8 ? nil : page.products.map(\.id))
        logger.info("Products listed", metadata: ["product.count": "\(page.products.count)"])
        return .json(
            ProductListDocument(
                products: page.products.map { ProductDocument($0, stock: levels[$0.id]?.available ?? 0) },
                total: page.total
            )
        )
    }

    private func show(_ id: String) async throws -> Response {
        let product = try await find(id)
        let level = try await stock.levels(of: [id])[id]
        return .json(ProductDocument(product, stock: level?.available ?? 0))
    }

    private func checkAvailability(_ request: Request) async throws -> Response {
        let question = try await request.json(AvailabilityQuestion.self)
        try question.validate(at: "")
        let product = try await find(question.productID)
        let level = try await stock.levels(of: [product.id])[product.id]
        let units = level?.available ?? 0
        logger.info(
            "Availability checked",
            metadata: ["product.id": "\(product.id)", "quantity": "\(question.quantity)", "stock": "\(units)"]
        )
        return .json(
            AvailabilityAnswer(
                productID: product.id,
                quantity: question.quantity,
                available: units >= question.quantity,
                stock: units,
                name: product.name,
                category: product.category.rawValue,
                price: product.price.amount,
                currency: product.price.currency.rawValue
            )
        )
    }

    private func find(_ id: String) async throws -> Product {
        guard let product = try await products.product(id) else {
            throw Problem.notFound("There is no such product.")
        }
        return product
    }
}

extension ProductQuery {
    /// Reads `category`, `q`, `limit` and `offset`.
    ///
    /// - Throws: A 422 that names the parameter.
    init(_ query: QueryParameters) throws {
        if let text = query["category"] {
            guard let category = Product.Category(rawValue: text) else {
                let known = Product.Category.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem.invalid("category", "must be one of \(known)")
            }
            self.category = category
        }
        if let text = query["q"], !text.isEmpty {
            guard text.unicodeScalars.count <= 100 else { throw Problem.invalid("q", "must be at most 100 characters") }
            search = text
        }
        limit = try Self.number(query, "limit", default: limit, in: 1...100)
        offset = try Self.number(query, "offset", default: offset, in: 0...1_000_000)
    }

    private static func number(
        _ query: QueryParameters,
        _ name: String,
        default fallback: Int,
        in range: ClosedRange<Int>
    ) throws -> Int {
        guard let text = query[name] else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw Problem.invalid(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

extension AvailabilityQuestion {
    /// Checks ranges.
    ///
    /// - Throws: A 422 that names the field, after the given path.
    func validate(at path: String) throws {
        guard !productID.isEmpty, productID.unicodeScalars.count <= 128 else {
            throw Problem.invalid(path + "product_id", "must be 1 to 128 characters long")
        }
        guard (1...Reservation.maximumQuantity).contains(quantity) else {
            throw Problem.invalid(path + "quantity", "must be from 1 to \(Reservation.maximumQuantity)")
        }
    }
}
