import HTTPCore
import HTTPTypes
import Logging
import ServiceKit
import Tracing

/// `POST /checkout`.
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
        let session = Session.current
        InstrumentationSystem.tracer.activeSpan(identifiedBy: .current ?? .topLevel)?.attributes["userEmail"] =
            wish.email
        do {
            let order = try await limit.run {
                try await checkout.buy(session, email: wish.email, card: wish.card)
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
            throw Problem.unavailable("Too many orders are being placed right now; try again.", retryAfter: 1)
        } catch let error as ServiceCallError {
            throw error.checkoutProblem
        }
    }
}

extension ServiceCallError {
    /// What the shopper is told when an order could not be placed.
    var checkoutProblem: Problem {
        var problem = problem
        switch self {
        case .refused(_, let status, _) where status.kind == .serverError:
            problem.title = "Failed to place order"
            problem.status = status.code == 501 ? .internalServerError : status
            problem.detail = summary
        case .deadlineExceeded, .unreachable, .unreadable:
            problem.title = "Failed to place order"
        case .refused:
            break
        }
        return problem
    }
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
