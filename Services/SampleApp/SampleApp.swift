import FoundationEssentials
import HTTPCore
import SQLitePool
import ServiceKit

/// Puts the shop together: sessions, carts, checkout, the storefront.
enum SampleApp {
    static func assemble(_ assembly: inout Assembly) async throws {
        let settings = try SampleAppSettings(assembly.settings)
        let folder = try DataFolder(assembly.settings)
        let inventory = InventoryClient(
            service: try assembly.client(
                for: "inventory-service",
                variable: "INVENTORY_SERVICE_URL",
                default: "http://127.0.0.1:8002"
            )
        )
        let payments = PaymentClient(
            service: try assembly.client(
                for: "payment-service",
                variable: "PAYMENT_SERVICE_URL",
                default: "http://127.0.0.1:8001"
            )
        )
        let pool = SQLitePool(path: folder.file("shop.sqlite"), configuration: .init(name: "shop"))
        try await pool.write { db in try ShopSchema.prepare(db) }
        let carts = CartRepository(pool: pool)
        let orders = OrderRepository(pool: pool)
        let checkout = Checkout(
            orders: orders,
            inventory: inventory,
            payments: payments,
            logger: assembly.logger,
            budget: settings.checkoutBudget
        )

        assembly.router.use(SessionMiddleware(active: ActiveSessions()))
        ProductRoutes(inventory: inventory, logger: assembly.logger).add(to: &assembly.router)
        CartRoutes(keeper: CartKeeper(carts: carts, inventory: inventory, logger: assembly.logger))
            .add(to: &assembly.router)
        CheckoutRoutes(
            checkout: checkout,
            limit: ConcurrencyLimit(settings.checkoutLimit),
            logger: assembly.logger
        ).add(to: &assembly.router)
        Storefront().add(to: &assembly.router)
        assembly.add(
            Settlement(
                orders: orders,
                carts: carts,
                inventory: inventory,
                payments: payments,
                logger: assembly.logger
            )
        )
    }
}

/// What the environment says about the shop.
struct SampleAppSettings: Sendable {
    /// `CHECKOUT_BUDGET_MS`, 2 seconds by default: how long a checkout may take, calls included.
    let checkoutBudget: Duration
    /// `CHECKOUT_CONCURRENCY`, 64 by default: how many checkouts run at once; the rest is turned away.
    let checkoutLimit: Int

    init(_ settings: Settings) throws(SettingError) {
        checkoutBudget = try settings.milliseconds("CHECKOUT_BUDGET_MS", default: .seconds(2))
        checkoutLimit = try settings.integer("CHECKOUT_CONCURRENCY", default: 64, in: 1...10_000)
    }
}
