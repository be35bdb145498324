import Foundation
import GRDB
import Logging
import SQLitePool
import ServiceKit

@testable import PaymentService

/// A payment service without its routes, on files of a test's own.
final class Till: Sendable {
    let folder: URL
    let payments: SQLitePool
    let ledger: PaymentLedger
    let gatewayBooks: SQLitePool
    let gateway: PaymentGateway
    let processor: PaymentProcessor

    init(
        folder: URL? = nil,
        latency: Duration = .milliseconds(1),
        visa: VisaValidationCache = VisaValidationCache(size: .init(bound: 8, longestPad: 8))
    ) async throws {
        let folder = folder ?? FileManager.default.temporaryDirectory.appending(path: "till-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func pool(_ name: String) -> SQLitePool {
            SQLitePool(path: folder.appending(path: name).path, configuration: .init(name: name))
        }
        self.folder = folder
        payments = pool("payments.sqlite")
        ledger = PaymentLedger(pool: payments)
        gatewayBooks = pool("gateway.sqlite")
        try await payments.write { try PaymentLedger.prepare($0) }
        try await gatewayBooks.write { try PaymentGateway.prepare($0) }
        gateway = PaymentGateway(
            books: gatewayBooks,
            latency: SeededLatency(seed: 1, median: latency, spread: 0),
            patience: .milliseconds(10),
            retries: RetryPolicy(attempts: 3, hasBudget: false),
            flakiness: Weakness("unused", range: 0...1, standard: 1, isFixed: true)
        )
        processor = PaymentProcessor(
            ledger: ledger,
            gateway: gateway,
            cards: CardValidator(
                visa: visa,
                withoutEviction: Weakness("unused", range: 1...1, standard: 1, isFixed: true)
            ),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func charge(_ amount: Int = 1000, order: String = "order", card: String = "4242424242424242") throws -> Charge {
        Charge(
            orderID: order,
            amount: Money(amount, .usd),
            card: try PaymentCard(
                number: card,
                expiryMonth: 12,
                expiryYear: 2099,
                securityCode: "123",
                today: (2030, 1)
            )
        )
    }

    /// How often the card network took money.
    func captures() async throws -> Int {
        try await gatewayBooks.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM charge WHERE decline IS NULL") }
            ?? 0
    }

    /// Runs an operation while somebody else holds the lock for writing a database file.
    func whileLocked(_ name: String, _ operation: () async throws -> Void) async throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(path: folder.appending(path: name).path, configuration: configuration)
        try await queue.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await operation()) } catch { outcome = .failure(error) }
        try await queue.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
        try outcome.get()
    }
}
