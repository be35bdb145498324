import SQLitePool
import ServiceKit

/// Puts the payment service together: the ledger, the gateway, the routes.
enum PaymentService {
    static func assemble(_ assembly: inout Assembly) async throws {
        let settings = try PaymentSettings(assembly.settings)
        let folder = try DataFolder(assembly.settings)

        let payments = SQLitePool(path: folder.file("payments.sqlite"), configuration: .init(name: "payments"))
        try await payments.write { db in try PaymentLedger.prepare(db) }
        var gatewayBooks = SQLitePool.Configuration(name: "gateway")
        gatewayBooks.maximumConnections = 2
        let books = SQLitePool(path: folder.file("gateway.sqlite"), configuration: gatewayBooks)
        try await books.write { db in try PaymentGateway.prepare(db) }

        let processor = PaymentProcessor(
            ledger: PaymentLedger(pool: payments),
            gateway: PaymentGateway(
                books: books,
                latency: SeededLatency(
                    seed: settings.gatewaySeed,
                    median: settings.gatewayLatency,
                    spread: 0.35
                )
            ),
            cards: CardValidator(
                visa: VisaValidationCache(policy: .init(capacity: 1000, eviction: .leastRecentlyUsed))
            ),
            logger: assembly.logger
        )
        PaymentRoutes(processor: processor, logger: assembly.logger).add(to: &assembly.router)
    }
}

/// What the environment says about the payment service.
struct PaymentSettings: Sendable {
    /// `PAYMENT_GATEWAY_LATENCY_MS`, 30 by default: the median time in which the gateway answers.
    let gatewayLatency: Duration
    /// `PAYMENT_GATEWAY_SEED`, 1 by default: what its latencies are drawn from.
    let gatewaySeed: UInt64

    init(_ settings: Settings) throws(SettingError) {
        gatewayLatency = try settings.milliseconds("PAYMENT_GATEWAY_LATENCY_MS", default: .milliseconds(30))
        gatewaySeed = UInt64(try settings.integer("PAYMENT_GATEWAY_SEED", default: 1))
    }
}
