import HTTPCore
import HTTPTypes
import SQLitePool
import ServiceKit

/// Puts the payment service together: the ledger, the gateway, the routes.
enum PaymentService {
    static func assemble(_ assembly: inout Assembly) async throws {
        let settings = try PaymentSettings(assembly.settings)
        let weaknesses = PaymentWeaknesses(settings)
        let folder = try DataFolder(assembly.settings)

        let payments = SQLitePool(path: folder.file("payments.sqlite"), configuration: .init(name: "payments"))
        try await payments.write { db in try PaymentLedger.prepare(db) }
        var gatewayBooks = SQLitePool.Configuration(name: "gateway")
        gatewayBooks.maximumConnections = 2
        let books = SQLitePool(path: folder.file("gateway.sqlite"), configuration: gatewayBooks)
        try await books.write { db in try PaymentGateway.prepare(db) }

        let visa = VisaValidationCache()
        let ledger = PaymentLedger(pool: payments)
        let processor = PaymentProcessor(
            ledger: ledger,
            gateway: PaymentGateway(
                books: books,
                latency: SeededLatency(
                    seed: settings.gatewaySeed,
                    median: settings.gatewayLatency,
                    spread: 0.35
                ),
                patience: settings.gatewayPatience,
                retries: RetryPolicy(attempts: 3, hasBudget: settings.retriesHaveBudget),
                flakiness: weaknesses.acquirer
            ),
            cards: CardValidator(visa: visa, withoutEviction: weaknesses.visaCache),
            logger: assembly.logger
        )
        assembly.add(MemoryLimit(bytes: settings.memoryLimit, logger: assembly.logger))
        assembly.add(
            ValidationListRenewal(cache: visa, withoutEviction: weaknesses.visaCache, logger: assembly.logger)
        )
        assembly.add(Reconciliation(ledger: ledger, logger: assembly.logger))
        try assembly.exposeFaults(weaknesses.all, port: ("PAYMENT_ADMIN_PORT", 8011))
        assembly.exposeOpenAPI(PackageResources.openapi_json)
        ReadinessRoutes(checks: [{ try await payments.check() }, { try await books.check() }]).add(to: &assembly.router)
        PaymentRoutes(
            processor: processor,
            slots: PaymentSlots(settings.slots),
            requiresKey: settings.requiresKey,
            logger: assembly.logger
        )
        .add(to: &assembly.router)
    }
}

/// The payment service's settings, from the environment.
struct PaymentSettings: Sendable {
    /// `PAYMENT_GATEWAY_LATENCY_MS`, 30 by default: the median time in which the gateway answers.
    let gatewayLatency: Duration
    /// `PAYMENT_GATEWAY_PATIENCE_MS`, 1,000 by default: with less time left, the gateway is not asked.
    let gatewayPatience: Duration
    /// `PAYMENT_GATEWAY_SEED`, 1 by default: what its latencies are drawn from.
    let gatewaySeed: UInt64
    /// `PAYMENT_VISA_CACHE`, `list` by default: `lru` makes the cache always evict.
    let visaCacheEvicts: Bool
    /// `PAYMENT_RETRY_BUDGET`, `none` by default: `tenth` allows one retry for ten calls to the gateway.
    let retriesHaveBudget: Bool
    /// `PAYMENT_SLOTS`, 20 by default: payments that may be open or under way at once; the rest is turned away.
    let slots: Int
    /// `PAYMENT_IDEMPOTENCY_KEY`, `optional` by default: `required` refuses payments without one.
    let requiresKey: Bool

    /// `PAYMENT_MEMORY_LIMIT_MB`, 160 by default: the process shuts down gracefully when it has more resident memory.
    let memoryLimit: Int

    init(_ settings: Settings) throws(SettingError) {
        gatewayLatency = try settings.milliseconds("PAYMENT_GATEWAY_LATENCY_MS", default: .milliseconds(30))
        gatewayPatience = try settings.milliseconds("PAYMENT_GATEWAY_PATIENCE_MS", default: .seconds(1))
        gatewaySeed = UInt64(try settings.integer("PAYMENT_GATEWAY_SEED", default: 1))
        visaCacheEvicts = try settings.choice("PAYMENT_VISA_CACHE", ["list", "lru"]) == "lru"
        retriesHaveBudget = try settings.choice("PAYMENT_RETRY_BUDGET", ["none", "tenth"]) == "tenth"
        requiresKey = try settings.choice("PAYMENT_IDEMPOTENCY_KEY", ["optional", "required"]) == "required"
        slots = try settings.integer("PAYMENT_SLOTS", default: 20, in: 1...10_000)
        memoryLimit = try settings.integer("PAYMENT_MEMORY_LIMIT_MB", default: 160, in: 32...65_536) << 20
    }
}
