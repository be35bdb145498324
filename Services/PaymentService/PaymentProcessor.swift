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
            let opened = try await ledger.open(charge, key: key, now: Date().timeIntervalSince1970)
            guard opened.matches(charge) else { throw PaymentError.keyReused }
            guard opened.status == .pending else { return opened }
            return try await complete(opened, charge)
        }
        guard payment.matches(charge) else { throw PaymentError.keyReused }
        return payment
    }

    private func complete(_ payment: Payment, _ charge: Charge) async throws -> Payment {
        try cards.validate(charge.card.number)
        let assessment = try await assess(charge)
        guard assessment.isAccepted else {
            logger.warning(
                "Payment refused by the fraud check",
                metadata: ["order.id": "\(charge.orderID)", "fraud.score": "\(assessment.score)"]
            )
            return try await ledger.settle(payment.key, as: .declined, reason: "suspected_fraud")
        }
        let answer = try await callGateway(charge, key: payment.key)
        let status: Payment.Status = answer.decline == nil ? .captured : .declined
        return try await ledger.settle(payment.key, as: status, reason: answer.decline)
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

/// Why there is no payment to report.
enum PaymentError: Error, Equatable {
    /// The idempotency key stands for another payment.
    case keyReused
}

extension GatewayError {
    var errorType: String {
        switch self {
        case .timeout: "timeout"
        }
    }
}
