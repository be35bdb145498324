import FoundationEssentials
import Logging
import Metrics
import ServiceKit
import ServiceLifecycle

/// Compares the payments with the orders that they are for, and reports orders that were paid more than once.
actor Reconciliation: Service {
    private let ledger: PaymentLedger
    private let logger: Logger
    private let interval: Duration
    private let found = Counter(label: "payment.reconciliation.duplicates")
    private var reported: [String: Int] = [:]

    init(ledger: PaymentLedger, logger: Logger, interval: Duration = .seconds(5)) {
        self.ledger = ledger
        self.logger = logger
        self.interval = interval
        found.increment(by: 0)
    }

    func run() async throws {
        try await PeriodicWork(every: interval, logger: logger, failure: "Payments could not be reconciled") {
            try await self.reconcile(since: Date().timeIntervalSince1970 - 600)
        }
        .run()
    }

    /// Looks at the payments since a moment; returns the orders that were not reported before.
    @discardableResult
    func reconcile(since moment: Double) async throws -> [String] {
        let overpaid = try await ledger.ordersPaidRepeatedly(since: moment)
        let fresh = overpaid.filter { reported[$0.key] != $0.value }
        for (order, count) in fresh {
            found.increment(by: count - max(1, reported[order] ?? 1))
            logger.error(
                "Order charged more than once",
                metadata: ["order.id": "\(order)", "payment.count": "\(count)"]
            )
        }
        reported = overpaid
        return fresh.keys.sorted()
    }
}
