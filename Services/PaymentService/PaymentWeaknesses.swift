import ServiceKit

/// Where this service can break.
struct PaymentWeaknesses: Sendable {
    /// The Visa validation cache evicts nothing. Intensity: how many entries it takes before it is full.
    let visaCache: Weakness
    /// One card company's line fails now and then, and is asked again and again. Intensity: the share of failures.
    let acquirer: Weakness

    init(_ settings: PaymentSettings) {
        visaCache = Weakness(
            "visa_cache_full",
            range: 10...200_000,
            standard: 1500,
            isFixed: settings.visaCacheEvicts
        )
        acquirer = Weakness(
            "payment_gateway_error",
            range: 0.05...1,
            standard: 0.9,
            // No configuration of ours mends the card company's computer; a budget keeps us from holding it down.
            isFixed: false
        )
    }

    var all: [Weakness] { [visaCache, acquirer] }
}
