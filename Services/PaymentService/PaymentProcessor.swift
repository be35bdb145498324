import Deadlines
import FoundationEssentials
import Logging
import Metrics
import SQLitePool
import ServiceKit
import Tracing

/// Takes a payment through its steps: the card's validation, the ledger, the fraud check, the gateway.
struct PaymentProcessor: Sendable {
    let ledger: PaymentLedger
    let gateway: PaymentGateway
    let cards: CardValidator
    let logger: Logger
    var fraud = FraudCheck()
    /// How long the gateway may take when the caller sets no earlier deadline.
    var gatewayTimeout: Duration = .seconds(5)
    private let inFlight = InFlightPayments()

    init(ledger: PaymentLedger, gateway: PaymentGateway, cards: CardValidator, logger: Logger) {
        self.ledger = ledger
        self.gateway = gateway
        self.cards = cards
        self.logger = logger
    }

    /// Makes a payment, once for each key however often it is asked for.
    ///
    /// - Throws: ``PaymentError``.
    func process(_ charge: Charge, key: String) async throws -> Payment {
        let payment = try await inFlight.pay(key) {
            if let known = try await ledger.payment(key), known.status != .pending { return known }
            try await validate(charge)
            let opened = try await ledger.open(charge, key: key, now: Date().timeIntervalSince1970)
            guard opened.matches(charge) else { throw PaymentError.keyReused }
            return try await complete(opened, charge)
        }
        guard payment.matches(charge) else { throw PaymentError.keyReused }
        return payment
    }

    /// How the payment under a key ended, for a caller that never got its answer.
    ///
    /// A payment that was not made by now cannot be made any more: the gateway refuses its key from then on.
    ///
    /// - Returns: The payment, or `nil` when there is none under this key.
    func settle(_ key: String) async throws -> Payment? {
        // Joins an attempt that is still under way, so that the two cannot contradict each other.
        let payment = try? await inFlight.pay(key) {
            guard let payment = try await ledger.payment(key) else { throw PaymentNotFound(key: key) }
            return payment
        }
        if let payment, payment.status != .pending { return payment }
        let answer = try await gateway.settle(key, now: Date().timeIntervalSince1970)
        guard try await ledger.payment(key) != nil else { return nil }
        return try await ledger.settle(key, as: Payment.Status(answer), reason: answer.decline)
    }

    private func complete(_ payment: Payment, _ charge: Charge) async throws -> Payment {
        let assessment = try await assess(charge)
        guard assessment.isAccepted else {
            logger.warning(
                "Payment refused by the fraud check",
                metadata: ["order.id": "\(charge.orderID)", "fraud.score": "\(assessment.score)"]
            )
            return try await ledger.settle(payment.key, as: .declined, reason: "suspected_fraud")
        }
        let answer = try await callGateway(charge, key: payment.key)
        let status = Payment.Status(answer)
        // The outcome is final, so it is recorded also when the caller's time is over.
        return try await Deadline.lifted {
            try await ledger.settle(payment.key, as: status, reason: answer.decline)
        }
    }

    private func validate(_ charge: Charge) async throws {
        let size = try await cards.validate(charge.card, amount: charge.amount)
        if let size {
            InstrumentationSystem.tracer.activeSpan(identifiedBy: .current ?? .topLevel)?.attributes["cache.size"] =
                size
        }
    }

    private func assess(_ charge: Charge) async throws -> FraudCheck.Assessment {
        try await withSpan("fraud_check") { span in
            let history = try await ledger.history(
                of: charge.card.number,
                since: Date().timeIntervalSince1970 - 3600
            )
            let assessment = fraud.assess(charge.amount, history)
            span.updateAttributes { attributes in
                attributes["fraud.score"] = assessment.score
                attributes["fraud.accepted"] = assessment.isAccepted
                attributes["fraud.signals"] = assessment.signals.joined(separator: ",")
            }
            logger.info(
                "Fraud check done",
                metadata: ["order.id": "\(charge.orderID)", "fraud.score": "\(assessment.score)"]
            )
            return assessment
        }
    }

    private func callGateway(_ charge: Charge, key: String) async throws -> GatewayAnswer {
        try await withSpan("payment_gateway_call") { span in
            span.updateAttributes { attributes in
                attributes["app.payment.card_type"] = charge.card.number.scheme.rawValue
                attributes["app.payment.amount"] = charge.amount.amount
                attributes["app.payment.currency"] = charge.amount.currency.rawValue
            }
            let limit = Deadline.after(gatewayTimeout)
            let deadline = min(Deadline.current ?? limit, limit)
            do {
                let answer = try await gateway.charge(
                    charge,
                    key: key,
                    now: Date().timeIntervalSince1970,
                    deadline: deadline
                )
                span.attributes["app.payment.charged"] = answer.decline == nil
                return answer
            } catch let error as GatewayError {
                span.attributes["error.type"] = error.errorType
                logger.error(
                    "The payment gateway gave no answer",
                    metadata: ["order.id": "\(charge.orderID)", "cause": "\(error)"]
                )
                throw error
            }
        }
    }
}

extension Payment.Status {
    fileprivate init(_ answer: GatewayAnswer) {
        switch answer.decline {
        case nil: self = .captured
        case GatewayAnswer.cancelled: self = .cancelled
        default: self = .declined
        }
    }
}

/// Why there is no payment to report.
enum PaymentError: Error, Equatable {
    /// The idempotency key stands for another payment.
    case keyReused
}

extension GatewayError {
    var errorType: String {
        switch self {
        case .timeout, .notEnoughTime: "timeout"
        case .unavailable: "acquirer_unavailable"
        }
    }
}
