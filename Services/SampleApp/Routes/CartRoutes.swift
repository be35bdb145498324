import HTTPCore
import HTTPTypes
import ServiceKit
import Tracing

/// `GET /cart`, `POST /cart/add`, and `PATCH` and `DELETE` of the cart's lines.
struct CartRoutes: Sendable {
    let keeper: CartKeeper

    func add(to router: inout Router) {
        router.get("/cart") { _, _ in .json(CartDocument(try await keeper.carts.cart(of: Session.current.id))) }
        router.post("/cart/add") { request, _ in try await add(request) }
        router.patch("/cart/lines/{product_id}") { request, context in
            let change = try await request.json(CartChange.self)
            try check(change.quantity, from: 0)
            return try await set(context, change.quantity)
        }
        router.delete("/cart/lines/{product_id}") { _, context in try await set(context, 0) }
    }

    private func add(_ request: Request) async throws -> Response {
        let addition = try await request.json(CartAddition.self)
        guard !addition.productID.isEmpty, addition.productID.unicodeScalars.count <= 128 else {
            throw Problem.invalid("product_id", "must be 1 to 128 characters long")
        }
        try check(addition.quantity, from: 1)
        return try await answering {
            try await keeper.add(addition.productID, quantity: addition.quantity, to: Session.current)
        }
    }

    private func set(_ context: RequestContext, _ quantity: Int) async throws -> Response {
        try await answering {
            try await keeper.set(context.parameters["product_id"] ?? "", quantity: quantity, in: Session.current)
        }
    }

    private func check(_ quantity: Int, from least: Int) throws {
        guard (least...Cart.maximumQuantity).contains(quantity) else {
            throw Problem.invalid("quantity", "must be from \(least) to \(Cart.maximumQuantity)")
        }
    }

    private func answering(_ change: () async throws -> Cart) async throws -> Response {
        do {
            return .json(CartDocument(try await change()))
        } catch let error as CartError {
            throw error.problem
        } catch let error as NotEnoughStock {
            throw Problem.conflict("Only \(error.stock) are left.")
        }
    }
}

extension CartError {
    /// What the client is told.
    var problem: Problem {
        switch self {
        case .tooManyUnits: .conflict("A cart holds at most \(Cart.maximumQuantity) units of one product.")
        case .tooManyLines: .conflict("A cart holds at most \(Cart.maximumLines) different products.")
        case .unknownLine: .notFound("The cart has no such product.")
        case .empty: .conflict("The cart is empty.")
        case .busy: .unavailable("The cart is being changed elsewhere; try again.", retryAfter: 1)
        case .checkoutUnderWay: .conflict("An order is being made of this cart right now.")
        case .totalMismatch:
            Problem(
                .internalServerError,
                title: "Cart total mismatch",
                detail: "The cart's total was not what its items cost. Look at it again."
            )
        }
    }
}
