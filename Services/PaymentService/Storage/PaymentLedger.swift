import GRDB
import SQLitePool
import ServiceKit

/// The payments that this service answers for, each under its idempotency key.
struct PaymentLedger: Sendable {
    private let pool: SQLitePool

    init(pool: SQLitePool) {
        self.pool = pool
    }

    /// Creates the table.
    static func prepare(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS payment(
                    key TEXT PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    order_id TEXT NOT NULL,
                    amount INTEGER NOT NULL,
                    currency TEXT NOT NULL,
                    scheme TEXT NOT NULL,
                    last_four TEXT NOT NULL,
                    status TEXT NOT NULL,
                    reason TEXT,
                    at REAL NOT NULL
                ) WITHOUT ROWID;
                CREATE INDEX IF NOT EXISTS payment_time ON payment(status, at);
                CREATE INDEX IF NOT EXISTS payment_card ON payment(last_four, scheme, at);
                CREATE INDEX IF NOT EXISTS payment_order ON payment(order_id, status);
                """
        )
    }

    /// The payment under a key: the one that is there, or a new one that is pending from now on.
    func open(_ charge: Charge, key: String, now: Double) async throws -> Payment {
        let fresh = Payment(
            id: RandomIdentifier.make("pay"),
            key: key,
            orderID: charge.orderID,
            amount: charge.amount,
            scheme: charge.card.number.scheme,
            lastFour: charge.card.number.lastFour,
            status: .pending
        )
        let insertion = "INSERT INTO payment VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)"
        return try await pool.write(.transaction("payment", Payment.selection, insertion)) { db in
            if let payment = try Payment.fetch(db, key: key) { return payment }
            try db.cachedStatement(sql: insertion).execute(
                arguments: [
                    fresh.key, fresh.id, fresh.orderID, fresh.amount.amount, fresh.amount.currency.rawValue,
                    fresh.scheme.rawValue, fresh.lastFour, fresh.status.rawValue, now,
                ]
            )
            return fresh
        }
    }

    /// The payment under a key, if there is one.
    func payment(_ key: String) async throws -> Payment? {
        try await pool.read(.query("payment", Payment.selection)) { db in try Payment.fetch(db, key: key) }
    }

    /// Writes down how a pending payment ended; one that has ended stays as it is.
    func settle(_ key: String, as status: Payment.Status, reason: String?) async throws -> Payment {
        let change = "UPDATE payment SET status = ?, reason = ? WHERE key = ? AND status = 'pending'"
        return try await pool.write(.transaction("payment", change, Payment.selection)) { db in
            try db.cachedStatement(sql: change).execute(arguments: [status.rawValue, reason, key])
            guard let payment = try Payment.fetch(db, key: key) else { throw PaymentNotFound(key: key) }
            return payment
        }
    }

    /// Orders that were paid more than once, their last payment since a moment; with how often.
    ///
    /// Only what is found is held, however many payments there are: the recent ones are gone through by one index, and
    /// another tells for each whether its order has a second one.
    ///
    /// - Parameter limit: The most payments of such orders that are looked at.
    func ordersPaidRepeatedly(since moment: Double, limit: Int = 1000) async throws -> [String: Int] {
        try await pool.read(.query("payment", Self.repeatedly)) { db in
            let rows = try Row.fetchAll(db.cachedStatement(sql: Self.repeatedly), arguments: [moment, limit])
            return Dictionary(rows.map { ($0["order_id"], $0["payments"]) }) { first, _ in first }
        }
    }

    static let repeatedly = """
        SELECT recent.order_id AS order_id, (\
        SELECT count(*) FROM payment AS every WHERE every.order_id = recent.order_id AND every.status = 'captured'\
        ) AS payments \
        FROM payment AS recent WHERE recent.status = 'captured' AND recent.at >= ? AND EXISTS (\
        SELECT 1 FROM payment AS other \
        WHERE other.order_id = recent.order_id AND other.status = 'captured' AND other.key <> recent.key\
        ) LIMIT ?
        """

    /// What a card did since a moment.
    func history(of number: CardNumber, since: Double) async throws -> FraudCheck.History {
        let arguments: StatementArguments = [number.lastFour, number.scheme.rawValue, since]
        return try await pool.read(.query("payment", Self.history)) { db in
            let row = try Row.fetchOne(db.cachedStatement(sql: Self.history), arguments: arguments)
            return FraudCheck.History(payments: row?["payments"] ?? 0, declines: row?["declines"] ?? 0)
        }
    }

    private static let history = """
        SELECT count(*) AS payments, count(CASE WHEN status = 'declined' THEN 1 END) AS declines FROM (\
        SELECT status FROM payment WHERE last_four = ? AND scheme = ? AND at >= ? ORDER BY at DESC LIMIT 200)
        """
}

/// A payment that must be there is not.
struct PaymentNotFound: ExpectedOutcome {
    let key: String
}

extension Payment {
    fileprivate static let selection = "SELECT * FROM payment WHERE key = ?"

    fileprivate static func fetch(_ db: Database, key: String) throws -> Payment? {
        guard let row = try Row.fetchOne(db.cachedStatement(sql: selection), arguments: [key]) else { return nil }
        return Payment(
            id: row["id"],
            key: row["key"],
            orderID: row["order_id"],
            amount: Money(row["amount"], Currency(rawValue: row["currency"]) ?? .usd),
            scheme: CardScheme(rawValue: row["scheme"]) ?? .unknown,
            lastFour: row["last_four"],
            status: Status(rawValue: row["status"]) ?? .pending,
            reason: row["reason"]
        )
    }
}
