import Deadlines
import HTTPCore
import Logging
import ServiceKit
import Tracing

/// `POST /payment` and `GET /orders/{id}`.
struct PaymentRoutes: Sendable {
    let orders: OrderRepository
    let checkout: Checkout
    let limit: ConcurrencyLimit
    /// When armed, a repeated payment request is charged again.
    let keyless: Weakness
    let logger: Logger

    func add(to router: inout Router) {
        router.post("/payment") { request, _ in try await pay(request) }
        router.get("/orders/{id}") { _, context in
            .json(OrderDocument(try await find(context.parameters["id"] ?? "")))
        }
    }

    /// Pays an order that waits for its payment; says how one was paid that does not.
    private func pay(_ request: Request) async throws -> Response {
        let wish = try await request.json(PaymentWish.self)
        let order = try await find(wish.orderID)
        InstrumentationSystem.tracer.activeSpan(identifiedBy: .current ?? .topLevel)?.updateAttributes { attributes in
            attributes["userEmail"] = order.email
            attributes["app.order.id"] = order.id
        }
        let answer =
            switch order.status {
            case .reserved:
                PaymentAnswer(try await payFirst(order, wish.card))
            case .paid, .confirmed:
                keyless.intensity == nil ? PaymentAnswer(order) : try await payAgain(order, wish.card)
            case .created, .paying, .unsettled:
                throw Problem.conflict("The order's payment is being settled; ask for the order again in a moment.")
            case .declined, .failed:
                throw Problem.conflict("The order has ended; check out again.")
            }
        logger.info("Payment answered", metadata: ["order.id": "\(order.id)", "payment.id": "\(answer.paymentID)"])
        return .json(answer)
    }

    private func payFirst(_ order: Order, _ card: CardDocument) async throws -> Order {
        do {
            return try await limit.run { try await checkout.pay(order, with: card) }
        } catch let error as Overloaded {
            logger.warning("Payment turned away", metadata: ["cause": "\(error)"])
            throw error.problem
        } catch let error as OutboxFull {
            logger.error("Payment turned away", metadata: ["cause": "\(error)"])
            throw error.problem
        } catch let error as OrderMovedOn {
            throw error.problem
        } catch let error as ServiceCallError {
            throw error.checkoutProblem
        }
    }

    /// Asks payment-service without a key, so that each call is a new payment.
    private func payAgain(_ order: Order, _ card: CardDocument) async throws -> PaymentAnswer {
        try await Deadline.after(checkout.budget).enforce {
            try await withSpan("process_payment") { span in
                span.attributes["app.order.id"] = order.id
                do {
                    let payment = try await checkout.payments.process(
                        orderID: order.id,
                        amount: order.total,
                        card: card,
                        key: nil
                    )
                    return PaymentAnswer(orderID: order.id, paymentID: payment.paymentID, status: payment.status)
                } catch let error as ServiceCallError {
                    throw error.checkoutProblem
                }
            }
        }
    }

    private func find(_ id: String) async throws -> Order {
        let session = try Session.current
        guard let order = try await orders.order(id), order.sessionID == session.id else {
            throw Problem.notFound("There is no such order.")
        }
        return order
    }
}

/// The body of `POST /payment`.
struct PaymentWish: Codable, Sendable {
    let orderID: String
    let card: CardDocument

    enum CodingKeys: String, CodingKey {
        case orderID = "order_id"
        case card
    }
}

/// How an order was paid.
struct PaymentAnswer: Codable, Sendable, Equatable {
    let orderID: String
    let paymentID: String
    let status: String

    enum CodingKeys: String, CodingKey {
        case orderID = "order_id"
        case paymentID = "payment_id"
        case status
    }
}

extension PaymentAnswer {
    /// The answer for an order that is paid.
    init(_ order: Order) {
        self.init(orderID: order.id, paymentID: order.paymentID ?? "", status: "captured")
    }
}
