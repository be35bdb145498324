import ServiceKit

/// Where the shop can break.
struct ShopWeaknesses: Sendable {
    /// Carts are read, changed and written back without a look at what became of them meanwhile. Intensity: always 1.
    let cart: Weakness
    /// A payment that is asked for again is made again. Intensity: always 1.
    let payment: Weakness
    /// The next release goes to some visitors. Intensity: the share of the sessions.
    let release: Weakness

    init(_ settings: SampleAppSettings) {
        cart = Weakness(
            "intermittent_error",
            range: 1...1,
            standard: 1,
            isFixed: settings.cartsAreAlwaysChecked
        )
        payment = Weakness(
            "duplicate_payment",
            range: 1...1,
            standard: 1,
            isFixed: settings.paymentsAlwaysHaveKeys
        )
        release = Weakness(
            "bad_release",
            range: 0.01...1,
            standard: 0.3,
            isFixed: settings.releaseIsStable
        )
    }

    var all: [Weakness] { [cart, payment, release] }
}
