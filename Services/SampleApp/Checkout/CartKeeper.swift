import FoundationEssentials
import Logging
import Metrics
import ServiceKit
import Tracing

/// Changes carts, and tries again when another change came first.
struct CartKeeper: Sendable {
    let carts: CartRepository
    let inventory: InventoryClient
    let logger: Logger
    /// When armed, carts are written back without checking for other changes in between.
    let unchecked: Weakness
    /// How often a change is tried again when another one came first.
    var attempts = 8

    private let itemsAdded = Counter(label: "cart_items_total")

    init(carts: CartRepository, inventory: InventoryClient, unchecked: Weakness, logger: Logger) {
        self.unchecked = unchecked
        self.carts = carts
        self.inventory = inventory
        self.logger = logger
    }

    /// Puts units of a product into a session's cart, if there are enough of it.
    ///
    /// - Throws: ``CartError``, ``NotEnoughStock``, `ServiceCallError`.
    func add(_ productID: String, quantity: Int, to session: Session) async throws -> Cart {
        try await withSpan("add_to_cart") { span in
            span.updateAttributes { attributes in
                attributes["app.product.id"] = productID
                attributes["app.product.quantity"] = quantity
            }
            for _ in 0..<attempts {
                var cart = try await carts.cart(of: session.id)
                guard cart.checkoutID == nil else { throw CartError.checkoutUnderWay }
                let wanted = cart.quantity(of: productID) + quantity
                let offer = try await inventory.availability(of: productID, quantity: wanted)
                guard offer.available else { throw NotEnoughStock(stock: offer.stock) }
                let line = Cart.Line(
                    productID: productID,
                    name: offer.name,
                    category: offer.category,
                    quantity: quantity,
                    unitPrice: Money(offer.price, Currency(rawValue: offer.currency) ?? CartRepository.currency)
                )
                try cart.add(line)
                guard
                    let saved = try await carts.save(
                        cart,
                        difference: line.total,
                        checkingVersion: unchecked.intensity == nil,
                        now: Date().timeIntervalSince1970
                    )
                else { continue }
                itemsAdded.increment(by: quantity)
                logger.info(
                    "Added to cart",
                    metadata: [
                        "product.id": "\(productID)", "quantity": "\(quantity)",
                        "cart.version": "\(saved.version)", "cart.total": "\(saved.total)",
                    ]
                )
                return saved
            }
            throw CartError.busy
        }
    }

    /// Sets how many units of a product are in the cart; 0 takes it out.
    ///
    /// - Throws: ``CartError``, ``NotEnoughStock``, `ServiceCallError`.
    func set(_ productID: String, quantity: Int, in session: Session) async throws -> Cart {
        for _ in 0..<attempts {
            var cart = try await carts.cart(of: session.id)
            guard cart.checkoutID == nil else { throw CartError.checkoutUnderWay }
            if quantity > cart.quantity(of: productID) {
                let offer = try await inventory.availability(of: productID, quantity: quantity)
                guard offer.available else { throw NotEnoughStock(stock: offer.stock) }
            }
            let before = cart.sumOfLines
            try cart.set(productID, quantity: quantity)
            let difference = Money(cart.sumOfLines.amount - before.amount, before.currency)
            let saved = try await carts.save(
                cart,
                difference: difference,
                checkingVersion: true,
                now: Date().timeIntervalSince1970
            )
            if let saved {
                logger.info(
                    "Cart changed",
                    metadata: ["product.id": "\(productID)", "quantity": "\(quantity)"]
                )
                return saved
            }
        }
        throw CartError.busy
    }
}

/// There are fewer units than the cart would hold.
struct NotEnoughStock: Error, Equatable {
    let stock: Int
}
