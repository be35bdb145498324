import ServiceKit

extension PaymentService {
    /// What this service's own metrics mean.
    static let metrics = [
        ServiceMetric("payment.transactions", unit: "{payment}", "Payments, by outcome."),
        ServiceMetric(
            "payment.gateway.attempts",
            unit: "{attempt}",
            "Attempts to get a payment through its acquirer's line."
        ),
        ServiceMetric(
            "payment.reconciliation.duplicates",
            unit: "{payment}",
            "Payments found beyond the first of their order."
        ),
        ServiceMetric("payment.slots.used", unit: "{payment}", "Payments that hold a place at the acquirer."),
        ServiceMetric("visa_validation_cache.size", unit: "entries", "Entries in the Visa validation cache."),
    ]
}
