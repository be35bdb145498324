import GRDB
import Logging
import SQLitePool
import ServiceKit
import Testing

@testable import PaymentService

@Suite("Reconciliation", .timeLimit(.minutes(2)))
struct ReconciliationTests {
    /// Writes payments of one order each, all at one moment.
    private func pay(_ numbers: Range<Int>, at moment: Double, in till: Till) async throws {
        // In pieces, since the pool ends what takes long.
        for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 2000) {
            let piece = start..<min(start + 2000, numbers.upperBound)
            try await till.payments.write { db in
                let insertion = try db.makeStatement(sql: Self.insertion)
                for number in piece {
                    try insertion.execute(arguments: ["key-\(number)", "pay-\(number)", "order-\(number)", moment])
                }
            }
        }
    }

    private static let insertion = """
        INSERT INTO payment(key, id, order_id, amount, currency, scheme, last_four, status, at)
        VALUES (?, ?, ?, 100, 'USD', 'visa', '4242', 'captured', ?)
        """

    private func payAgain(_ order: String, as key: String, at moment: Double, in till: Till) async throws {
        try await till.payments.write { db in
            try db.execute(
                sql: Self.insertion,
                arguments: [key, "pay-\(key)", order, moment]
            )
        }
    }

    private func reconciliation(of till: Till) -> Reconciliation {
        Reconciliation(ledger: till.ledger, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("finds the orders that were paid twice among a hundred thousand, and sorts nothing for it")
    func manyPayments() async throws {
        let till = try await Till()
        try await pay(0..<100_000, at: 1000, in: till)
        try await payAgain("order-7", as: "again", at: 1001, in: till)
        try await payAgain("order-99999", as: "and-again", at: 1001, in: till)
        #expect(try await reconciliation(of: till).reconcile(since: 500) == ["order-7", "order-99999"])
        let plan = try await till.payments.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(PaymentLedger.repeatedly)", arguments: [500, 1000])
                .map { row -> String in row["detail"] }
        }
        #expect(!plan.isEmpty)
        for step in plan { #expect(!step.contains("TEMP B-TREE") && !step.hasPrefix("SCAN"), "\(step)") }
    }

    @Test("reports an order once, and again when it is paid once more")
    func once() async throws {
        let till = try await Till()
        try await pay(0..<3, at: 1000, in: till)
        let reconciliation = reconciliation(of: till)
        #expect(try await reconciliation.reconcile(since: 0).isEmpty)
        try await payAgain("order-1", as: "second", at: 1001, in: till)
        #expect(try await reconciliation.reconcile(since: 0) == ["order-1"])
        #expect(try await reconciliation.reconcile(since: 0).isEmpty)
        try await payAgain("order-1", as: "third", at: 1002, in: till)
        #expect(try await reconciliation.reconcile(since: 0) == ["order-1"])
    }

    @Test("holds no more than its bound, however many orders were paid twice")
    func bounded() async throws {
        let till = try await Till()
        try await pay(0..<50, at: 1000, in: till)
        for number in 0..<50 { try await payAgain("order-\(number)", as: "again-\(number)", at: 1001, in: till) }
        #expect(try await till.ledger.ordersPaidRepeatedly(since: 0, limit: 10).count <= 10)
    }
}
