import HTTPCore
import HTTPTypes
import Logging
import ServiceKit
import Tracing

/// `POST /checkout`: buys with a card, or without one begins an order that `POST /payment` pays.
struct CheckoutRoutes: Sendable {
    let checkout: Checkout
    let carts: CartRepository
    let limit: ConcurrencyLimit
    let logger: Logger

    func add(to router: inout Router) {
        router.post("/checkout") { request, _ in try await buy(request) }
    }

    private func buy(_ request: Request) async throws -> Response {
        let wish = try await request.json(CheckoutOrder.self)
        guard EmailAddress.isPlausible(wish.email) else {
            throw Problem.invalid("email", "must be an address such as name@example.com")
        }
        let session = try Session.current
        InstrumentationSystem.tracer.activeSpan(identifiedBy: .current ?? .topLevel)?.attributes["userEmail"] =
            wish.email
        do {
            guard let card = wish.card else {
                let order = try await limit.run { try await checkout.start(session, email: wish.email) }
                let headers: HTTPFields = [.location: "/orders/\(order.id)"]
                return .json(OrderDocument(order), status: .created, headers: headers)
            }
            let order = try await limit.run {
                try await checkout.buy(session, email: wish.email, card: card)
            }
            return .json(OrderDocument(order))
        } catch let error as CartError {
            if case .totalMismatch(let lines, let total) = error {
                logger.error(
                    "Failed to place order",
                    metadata: [
                        "cause": "cart total mismatch: the items cost \(lines), the cart says \(total)"
                    ]
                )
                try await carts.correctTotal(of: session.id)
            }
            throw error.problem
        } catch let error as WrongTax {
            logger.error(
                "Failed to place order",
                metadata: [
                    "cause": "\(error)", "app.product.category": "\(error.category)",
                    "service.version": "\(checkout.rollout.taxTable(for: session.id).version)",
                ]
            )
            throw Problem(
                .internalServerError,
                title: "Failed to place order",
                detail: "The order's tax could not be computed."
            )
        } catch let error as Overloaded {
            logger.warning("Checkout turned away", metadata: ["cause": "\(error)"])
            throw error.problem
        } catch let error as OutboxFull {
            logger.error("Checkout turned away", metadata: ["cause": "\(error)"])
            throw error.problem
        } catch let error as OrderMovedOn {
            throw error.problem
        } catch let error as ServiceCallError {
            throw error.checkoutProblem
        }
    }
}

extension Overloaded {
    /// What the shopper is told.
    var problem: Problem { .unavailable("Too many orders are being placed right now; try again.", retryAfter: 1) }
}

extension OutboxFull {
    /// What the shopper is told.
    var problem: Problem {
        .unavailable("The warehouse is too far behind to take more orders; try again later.", retryAfter: 5)
    }
}

extension OrderMovedOn {
    /// What the shopper is told.
    var problem: Problem { .conflict("The order is being paid or has ended already; ask for it again.") }
}

/// An e-mail address, as far as its form tells.
enum EmailAddress {
    static func isPlausible(_ text: String) -> Bool {
        guard text.utf8.count <= 254, !text.contains(where: { $0.isWhitespace || $0.isNewline }) else { return false }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.count <= 64 else { return false }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty }
    }
}
