import GRDB
import SQLitePool
import ServiceKit

/// The card network that takes the money: a system of its own, with its own books.
///
/// It answers after a time that varies as a network's does, declines what a bank would decline, and takes money once for
/// each idempotency key, whatever happens to whoever asked.
struct PaymentGateway: Sendable {
    private let books: SQLitePool
    private let latency: SeededLatency

    init(books: SQLitePool, latency: SeededLatency) {
        self.books = books
        self.latency = latency
    }

    /// Creates the books.
    static func prepare(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS charge(
                    key TEXT PRIMARY KEY,
                    order_id TEXT NOT NULL,
                    amount INTEGER NOT NULL,
                    currency TEXT NOT NULL,
                    last_four TEXT NOT NULL,
                    decline TEXT,
                    at REAL NOT NULL
                ) WITHOUT ROWID
                """
        )
    }

    /// Asks for the money.
    ///
    /// - Throws: ``GatewayError/timeout(after:)`` when the answer does not come by the deadline; the money may have been
    ///   taken then, and asking again with the same key tells.
    func charge(_ charge: Charge, key: String, now: Double, deadline: Deadline) async throws -> GatewayAnswer {
        let started = ContinuousClock.now
        let wait = latency.next()
        guard !deadline.hasPassed else { throw GatewayError.timeout(after: .zero) }

        // The request travels, the network decides, the answer travels back.
        try await sleep(wait / 2, until: deadline, since: started)
        let answer = try await decide(charge, key: key, now: now)
        try await sleep(wait / 2, until: deadline, since: started)
        return answer
    }

    /// How the charge under a key ended. When there is none, none can be made under this key any more.
    func settle(_ key: String, now: Double) async throws -> GatewayAnswer {
        try await books.write { db in
            try db.execute(
                sql: "INSERT OR IGNORE INTO charge VALUES (?, '', 0, '', '', ?, ?)",
                arguments: [key, GatewayAnswer.cancelled, now]
            )
            return GatewayAnswer(
                decline: try String.fetchOne(db, sql: "SELECT decline FROM charge WHERE key = ?", arguments: [key])
            )
        }
    }

    private func decide(_ charge: Charge, key: String, now: Double) async throws -> GatewayAnswer {
        let decline = DeclineRule.reason(for: charge.card.number)
        return try await books.write { db in
            let known = "SELECT decline FROM charge WHERE key = ?"
            if let row = try Row.fetchOne(db, sql: known, arguments: [key]) {
                return GatewayAnswer(decline: row["decline"])
            }
            try db.execute(
                sql: "INSERT INTO charge VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    key, charge.orderID, charge.amount.amount, charge.amount.currency.rawValue,
                    charge.card.number.lastFour, decline, now,
                ]
            )
            return GatewayAnswer(decline: decline)
        }
    }

    private func sleep(
        _ duration: Duration,
        until deadline: Deadline,
        since started: ContinuousClock.Instant
    ) async throws {
        let left = deadline.remaining
        try await Task.sleep(for: min(duration, left))
        if duration >= left { throw GatewayError.timeout(after: started.duration(to: .now)) }
    }
}

/// What the card network said.
struct GatewayAnswer: Sendable, Equatable {
    /// Why the card's bank refused, as a word; `nil` when the money was taken.
    let decline: String?

    /// The word for a key that was given up before any money was taken.
    static let cancelled = "cancelled"
}

/// Why the card network gave no answer.
enum GatewayError: Error, Equatable, CustomStringConvertible {
    /// It did not answer in time.
    case timeout(after: Duration)

    var description: String {
        switch self {
        case .timeout(let after):
            "The payment gateway did not answer within the \(Int(after / .milliseconds(1))) ms that were left."
        }
    }
}

/// Which test cards a bank refuses, and why. The numbers are those that payment providers publish for testing.
enum DeclineRule {
    static func reason(for number: CardNumber) -> String? {
        switch number.digits {
        case "4000000000000002": "generic_decline"
        case "4000000000009995": "insufficient_funds"
        case "4000000000000069": "expired_card"
        case "5105105105105100": "generic_decline"
        default: nil
        }
    }
}
