import ServiceKit

/// The weaknesses of the shop, and a change that is none.
struct ShopWeaknesses: Sendable {
    /// Carts are read, changed and written back without checking for other changes in between. Intensity: always 1.
    let cart: Weakness
    /// A repeated payment request is charged again. Intensity: always 1.
    let payment: Weakness
    /// The next release goes to some visitors. Intensity: the share of the sessions.
    let release: Weakness
    /// No weakness, though it is controlled like one: a release that harms nothing goes to some visitors. Intensity: the
    /// share of the sessions.
    let patch: Weakness

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
        patch = Weakness(
            "patch_release",
            range: 0.01...1,
            standard: 0.5,
            isFixed: settings.releaseIsStable
        )
    }

    var all: [Weakness] { [cart, payment, release, patch] }
}
