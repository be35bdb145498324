import Deadlines
import FoundationEssentials
import HTTPCore
import HTTPTypes
import Logging
import Metrics
import ServiceKit
import Tracing

/// `POST /process` and what comes before and after it: `POST /payments/{key}/open`, `/close` and `/settle`.
struct PaymentRoutes: Sendable {
    let processor: PaymentProcessor
    let slots: PaymentSlots
    /// Whether a payment without an Idempotency-Key is refused.
    let requiresKey: Bool
    let logger: Logger

    func add(to router: inout Router) {
        router.post("/process") { request, _ in try await process(request) }
        router.post("/payments/{key}/open") { _, context in try open(context.parameters["key"] ?? "") }
        router.post("/payments/{key}/close") { _, context in try close(context.parameters["key"] ?? "") }
        router.post("/payments/{key}/settle") { _, context in try await settle(context.parameters["key"] ?? "") }
    }

    /// How long a payment may stay open when its caller sets no earlier deadline.
    private static let longestOpen: Duration = .seconds(5)

    private func open(_ key: String) throws -> Response {
        guard IdempotencyKey.isValid(key) else { throw Problem.invalid("key", IdempotencyKey.rule) }
        let limit = Deadline.after(Self.longestOpen)
        do {
            try slots.open(key, until: min(Deadline.current ?? limit, limit).instant)
        } catch {
            throw turnedAway(error, key)
        }
        InstrumentationSystem.tracer.activeSpan(identifiedBy: .current ?? .topLevel)?
            .attributes["app.payment.slots.used"] = slots.count
        return .json(PaymentDocument(paymentID: "", status: "open"))
    }

    private func close(_ key: String) throws -> Response {
        guard IdempotencyKey.isValid(key) else { throw Problem.invalid("key", IdempotencyKey.rule) }
        slots.close(key)
        return .json(PaymentDocument(paymentID: "", status: "closed"))
    }

    private func turnedAway(_ error: PaymentsFull, _ key: String) -> Problem {
        logger.warning("Payment turned away", metadata: ["payment.key": "\(key)", "cause": "\(error)"])
        return .unavailable("Too many payments are open right now; try again.", retryAfter: 1)
    }

    private func settle(_ key: String) async throws -> Response {
        guard IdempotencyKey.isValid(key) else { throw Problem.invalid("key", IdempotencyKey.rule) }
        let payment = try await processor.settle(key)
        let status = payment?.status ?? .cancelled
        logger.info(
            "Payment settled",
            metadata: ["payment.id": "\(payment?.id ?? "none")", "status": "\(status.rawValue)"]
        )
        return .json(PaymentDocument(paymentID: payment?.id ?? "", status: status.rawValue))
    }

    private func process(_ request: Request) async throws -> Response {
        let order = try await request.json(PaymentOrder.self)
        let charge = try order.charge(today: .now)
        let key = try key(of: request)
        let span = InstrumentationSystem.tracer.activeSpan(identifiedBy: .current ?? .topLevel)
        let scheme = charge.card.number.scheme
        span?.updateAttributes { attributes in
            attributes["app.payment.card_type"] = scheme.rawValue
            attributes["app.payment.amount"] = charge.amount.amount
            attributes["app.payment.currency"] = charge.amount.currency.rawValue
        }
        logger.info(
            "Payment requested",
            metadata: [
                "order.id": "\(charge.orderID)", "amount": "\(charge.amount)", "card": "\(charge.card.number)",
                "app.payment.card_type": "\(scheme.rawValue)",
            ]
        )
        do {
            let payment = try await slots.run(key) { try await processor.process(charge, key: key) }
            span?.updateAttributes { attributes in
                attributes["app.payment.card_valid"] = true
                attributes["app.payment.charged"] = payment.status == .captured
            }
            count(payment.status.rawValue, charge)
            return try answer(payment, charge)
        } catch let error as CardNumberError {
            span?.attributes["app.payment.card_valid"] = false
            count("invalid_card", charge)
            throw error.problem
        } catch let error as PaymentsFull {
            span?.attributes["app.payment.charged"] = false
            count("turned_away", charge)
            throw turnedAway(error, key)
        } catch is PaymentError {
            throw Problem(
                .unprocessableContent,
                title: "Idempotency key reused",
                detail: "This Idempotency-Key belongs to another payment; send a new one."
            )
        } catch let error as GatewayError {
            span?.attributes["app.payment.charged"] = false
            count("unknown", charge)
            throw error.problem
        } catch ComputeExecutorError.deadlineExceeded {
            span?.attributes["app.payment.charged"] = false
            count("unknown", charge)
            throw Problem(.gatewayTimeout, detail: "There was not enough time left to check the card.")
        } catch let error as VisaValidationCacheFull {
            span?.attributes["app.payment.charged"] = false
            span?.recordError(error)
            count("failed", charge)
            logger.error("\(error)", metadata: ["order.id": "\(charge.orderID)", "app.payment.card_type": "visa"])
            throw Problem(.internalServerError, detail: error.description)
        } catch {
            span?.attributes["app.payment.charged"] = false
            count("failed", charge)
            throw error
        }
    }

    private func key(of request: Request) throws -> String {
        if let key = try request.idempotencyKey { return key }
        guard !requiresKey else {
            throw Problem.malformed("Send an Idempotency-Key, so that a repeat does not pay twice.")
        }
        return RandomIdentifier.make("key")
    }

    private func answer(_ payment: Payment, _ charge: Charge) throws -> Response {
        guard payment.status == .captured else {
            let reason = payment.reason ?? "generic_decline"
            logger.warning("Payment declined", metadata: ["order.id": "\(charge.orderID)", "reason": "\(reason)"])
            throw Problem(
                HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required"),
                title: "Payment declined",
                detail: "The card was declined: \(reason)."
            )
        }
        logger.info(
            "Payment captured",
            metadata: [
                "order.id": "\(payment.orderID)", "payment.id": "\(payment.id)", "amount": "\(payment.amount)",
            ]
        )
        return .json(PaymentDocument(paymentID: payment.id, status: payment.status.rawValue))
    }

    private func count(_ outcome: String, _ charge: Charge) {
        Counter(
            label: "payment.transactions",
            dimensions: [
                ("payment.outcome", outcome),
                ("app.payment.card_type", charge.card.number.scheme.rawValue),
                ("app.payment.currency", charge.amount.currency.rawValue),
            ]
        ).increment()
    }
}

extension PaymentOrder {
    /// What is to be paid, once everything about it was checked.
    ///
    /// - Throws: A 422 that names the field.
    fileprivate func charge(today: Date) throws -> Charge {
        guard !orderID.isEmpty, orderID.unicodeScalars.count <= 128 else {
            throw Problem.invalid("order_id", "must be 1 to 128 characters long")
        }
        guard (1...100_000_000).contains(amount) else {
            throw Problem.invalid("amount", "must be from 1 to 100000000, in minor units")
        }
        guard let currency = Currency(rawValue: currency) else {
            let known = Currency.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.invalid("currency", "must be one of \(known)")
        }
        do {
            let card = try PaymentCard(
                number: card.number,
                expiryMonth: card.expiryMonth,
                expiryYear: card.expiryYear,
                securityCode: card.securityCode,
                today: PaymentCard.month(of: today)
            )
            return Charge(orderID: orderID, amount: Money(amount, currency), card: card)
        } catch {
            throw error.problem
        }
    }
}

extension Request {
    /// The Idempotency-Key field, which makes repeats of a request harmless.
    ///
    /// - Throws: A 422 when it is not one that can be kept and asked for again.
    fileprivate var idempotencyKey: String? {
        get throws {
            guard let key = head.headerFields[.idempotencyKey], !key.isEmpty else {
                return nil
            }
            guard IdempotencyKey.isValid(key) else { throw Problem.invalid("Idempotency-Key", IdempotencyKey.rule) }
            return key
        }
    }
}

extension PaymentCard.Flaw {
    fileprivate var problem: Problem {
        switch self {
        case .number(let message): .invalid("card.number", message)
        case .expiryMonth(let message): .invalid("card.exp_month", message)
        case .expiryYear(let message): .invalid("card.exp_year", message)
        case .securityCode(let message): .invalid("card.cvc", message)
        case .expired: .invalid("card.exp_year", "the card has expired")
        }
    }
}

extension CardNumberError {
    fileprivate var problem: Problem {
        switch self {
        case .wrongCheckDigit: .invalid("card.number", "is not a card number: its check digit is wrong")
        case .unsupportedScheme: .invalid("card.number", "must be a Visa or Mastercard number")
        }
    }
}

extension GatewayError {
    fileprivate var problem: Problem {
        switch self {
        case .timeout:
            Problem(
                .gatewayTimeout,
                detail: "The payment gateway did not answer in time; the payment may still settle."
            )
        case .unavailable:
            Problem(.badGateway, detail: "The payment gateway could not reach the card's acquirer.")
        case .notEnoughTime:
            Problem(.gatewayTimeout, detail: "There was not enough time left to ask the payment gateway.")
        }
    }
}

extension HTTPField.Name {
    fileprivate static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}
