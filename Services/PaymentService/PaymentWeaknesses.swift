import ServiceKit

/// Where this service can break.
struct PaymentWeaknesses: Sendable {
    /// The Visa validation cache evicts nothing. Intensity: how many entries it takes before it is full.
    let visaCache: Weakness

    init(_ settings: PaymentSettings) {
        visaCache = Weakness(
            "visa_cache_full",
            range: 10...200_000,
            standard: 3000,
            isFixed: settings.visaCacheEvicts
        )
    }

    var all: [Weakness] { [visaCache] }
}
