import FoundationEssentials
import HTTPCore
import HTTPTypes
import Logging
import MessageStream
import RedisStreams
import SQLitePool
import ServiceKit

/// Puts the shop together: sessions, carts, checkout, the storefront.
enum SampleApp {
    static func assemble(_ assembly: inout Assembly) async throws {
        let settings = try SampleAppSettings(assembly.settings)
        let weaknesses = ShopWeaknesses(settings)
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
        try await pool.write { db in
            try ShopSchema.prepare(db)
            try SessionKeyRepository.prepare(db)
        }
        let sessionKey =
            if let key = settings.sessionKey { key } else { try await SessionKeyRepository(pool: pool).key() }
        let carts = CartRepository(pool: pool)
        let orders = OrderRepository(pool: pool, outboxLimit: settings.outboxLimit)
        let checkout = Checkout(
            orders: orders,
            inventory: inventory,
            payments: payments,
            rollout: Rollout(next: weaknesses.release, patched: weaknesses.patch),
            logger: assembly.logger,
            budget: settings.checkoutBudget
        )

        let activeSessions = ActiveSessions()
        assembly.router.use(SessionMiddleware(key: sessionKey, proxies: settings.proxies, active: activeSessions))
        ProductRoutes(inventory: inventory, logger: assembly.logger).add(to: &assembly.router)
        CartRoutes(
            keeper: CartKeeper(carts: carts, inventory: inventory, unchecked: weaknesses.cart, logger: assembly.logger)
        )
        .add(to: &assembly.router)
        let limit = ConcurrencyLimit(settings.checkoutLimit)
        CheckoutRoutes(
            checkout: checkout,
            carts: carts,
            limit: limit,
            logger: assembly.logger
        ).add(to: &assembly.router)
        PaymentRoutes(
            orders: orders,
            checkout: checkout,
            limit: limit,
            keyless: weaknesses.payment,
            logger: assembly.logger
        ).add(to: &assembly.router)
        try assembly.exposeFaults(weaknesses.all, port: ("SAMPLE_APP_ADMIN_PORT", 8010))
        assembly.exposeOpenAPI(PackageResources.openapi_json)
        ShopReadiness(
            database: pool,
            client: assembly.httpClient,
            services: [inventory.service, payments.service]
        ).add(to: &assembly.router)
        Storefront().add(to: &assembly.router)
        assembly.add(activeSessions)
        takeBrowserTelemetry(settings.browserTelemetry, in: &assembly)
        assembly.add(
            OutboxRelay(
                outbox: orders.outbox,
                producer: StreamProducer(stream(settings, inventory)),
                logger: assembly.logger
            )
        )
        assembly.add(
            Settlement(
                orders: orders,
                carts: carts,
                inventory: inventory,
                payments: payments,
                logger: assembly.logger,
                patience: max(15, 2 * (settings.checkoutBudget / .seconds(1)))
            )
        )
    }

    /// Lets the storefront's page tell of itself, where there is a collector to tell.
    private static func takeBrowserTelemetry(_ settings: BrowserTelemetrySettings, in assembly: inout Assembly) {
        var limits = BrowserTelemetryRoutes.Limits()
        limits.batchesPerSecond = settings.batchesPerSecond
        let counts = BrowserTelemetryCounts()
        let forwarder = settings.collector.map {
            BrowserTelemetryForwarder(to: $0, headers: settings.headers, counts: counts)
        }
        let recorder = sessionRecorder(settings.recorder, logger: assembly.logger)
        let page = BrowserTelemetryDocument(
            sampleRatio: forwarder == nil ? 0 : settings.sampleRatio,
            serviceVersion: assembly.version,
            deploymentEnvironment: assembly.environment,
            recorder: recorder == nil ? nil : SessionRecorder.path
        )
        recorder?.add(to: &assembly.router)
        BrowserTelemetryRoutes(forwarder: forwarder, counts: counts, page: page, limits: limits)
            .add(to: &assembly.router)
        if let forwarder { assembly.add(forwarder) }
    }

    /// The recorder of session replay. The shop is a shop without it, so a file that cannot be read is only told.
    private static func sessionRecorder(_ file: String?, logger: Logger) -> SessionRecorder? {
        guard let file else { return nil }
        do {
            return try SessionRecorder(file: file)
        } catch {
            logger.warning(
                "Session replay is off: SESSION_RECORDER cannot be read",
                metadata: ["file.path": "\(file)", "cause": "\(error)"]
            )
            return nil
        }
    }

    /// Where confirmed orders go.
    private static func stream(_ settings: SampleAppSettings, _ inventory: InventoryClient) -> any StreamWriter {
        if let redis = settings.redis { return RedisStream("orders", in: RedisClient(redis)) }
        return InventoryStream(service: inventory.service)
    }
}

/// The shop's settings, from the environment.
struct SampleAppSettings: Sendable {
    /// `CHECKOUT_BUDGET_MS`, 2 seconds by default: how long a checkout may take, calls included.
    let checkoutBudget: Duration
    /// `CHECKOUT_CONCURRENCY`, 24 by default: how many checkouts run at once; the rest is turned away.
    let checkoutLimit: Int
    /// `CART_VERSION_CHECK`, `default` by default: `always` never writes a cart over another change.
    let cartsAreAlwaysChecked: Bool
    /// `PAYMENT_KEY`, `default` by default: `always` never lets a payment be asked for without a key.
    let paymentsAlwaysHaveKeys: Bool
    /// `SHOP_RELEASE`, `rollout` by default: `stable` keeps every visitor on the current release.
    let releaseIsStable: Bool

    /// `MESSAGE_STREAM_URL`, unset by default: the Redis that keeps the stream of confirmed orders, in place of
    /// inventory-service. That one needs the same.
    let redis: RedisAddress?
    /// `SHOP_OUTBOX_LIMIT`, 10,000 by default: how many confirmed orders may wait to be sent; then no more are taken.
    let outboxLimit: Int

    /// `SHOP_SESSION_KEY`, at least 32 bytes; without it the shop makes a key and keeps it in its database. Shops that
    /// stand behind one address need the same.
    let sessionKey: SessionKey?
    /// What becomes of what the storefront's page tells of itself.
    let browserTelemetry: BrowserTelemetrySettings
    /// `TRUSTED_PROXIES`, none by default: the addresses and networks of proxies that tell how the browser came.
    let proxies: TrustedProxies

    init(_ settings: Settings) throws(SettingError) {
        checkoutBudget = try settings.milliseconds("CHECKOUT_BUDGET_MS", default: .seconds(2))
        checkoutLimit = try settings.integer("CHECKOUT_CONCURRENCY", default: 24, in: 1...10_000)
        cartsAreAlwaysChecked = try settings.choice("CART_VERSION_CHECK", ["default", "always"]) == "always"
        paymentsAlwaysHaveKeys = try settings.choice("PAYMENT_KEY", ["default", "always"]) == "always"
        releaseIsStable = try settings.choice("SHOP_RELEASE", ["rollout", "stable"]) == "stable"
        redis = try settings.redis("MESSAGE_STREAM_URL")
        outboxLimit = try settings.integer("SHOP_OUTBOX_LIMIT", default: 10_000, in: 1...1_000_000)
        if let text = settings.string("SHOP_SESSION_KEY") {
            guard let key = SessionKey(Array(text.utf8)) else {
                throw SettingError(
                    variable: "SHOP_SESSION_KEY",
                    value: nil,
                    allowed: "at least \(KeyedHash.shortestKey) bytes, or leave it unset"
                )
            }
            sessionKey = key
        } else {
            sessionKey = nil
        }
        browserTelemetry = try BrowserTelemetrySettings(settings)
        let trusted = settings.string("TRUSTED_PROXIES", default: "")
        guard let proxies = TrustedProxies(trusted) else {
            throw SettingError(
                variable: "TRUSTED_PROXIES",
                value: trusted,
                allowed: "addresses and networks by commas, such as 10.0.0.0/8"
            )
        }
        self.proxies = proxies
    }
}
