import ServiceKit

/// The weaknesses of this service.
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
            // No setting makes the card company's computer reliable; a retry budget keeps retries from overloading it.
            isFixed: false
        )
    }

    var all: [Weakness] { [visaCache, acquirer] }
}
