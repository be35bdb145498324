import ServiceKit

/// Where the shop can break.
struct ShopWeaknesses: Sendable {
    /// Carts are read, changed and written back without a look at what became of them meanwhile. Intensity: always 1.
    let cart: Weakness

    init(_ settings: SampleAppSettings) {
        cart = Weakness(
            "intermittent_error",
            range: 1...1,
            standard: 1,
            isFixed: settings.cartsAreAlwaysChecked
        )
    }

    var all: [Weakness] { [cart] }
}
