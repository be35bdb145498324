import Deadlines
import GRDB
import Metrics
import SQLitePool
import ServiceKit
import Tracing

/// The card network that takes the money: a system of its own, with its own books.
///
/// It answers after a time that varies as a network's does, declines what a bank would decline, and takes money once
/// for each idempotency key, also when the caller is gone before the answer.
struct PaymentGateway: Sendable {
    private let books: SQLitePool
    private let latency: SeededLatency
    /// How long a slow authorisation may take. With less time left it is not begun, since the caller would be gone
    /// before the answer and could not use the money.
    private let patience: Duration
    private let routes = AcquirerRoutes()
    private let retries: RetryPolicy
    /// Makes the acquirer fail now and then: its intensity is the share of failures.
    private let flakiness: Weakness
    /// How long one attempt is waited for.
    private let attemptTimeout: Duration = .milliseconds(250)

    init(
        books: SQLitePool,
        latency: SeededLatency,
        patience: Duration,
        retries: RetryPolicy,
        flakiness: Weakness
    ) {
        self.retries = retries
        self.flakiness = flakiness
        self.books = books
        self.latency = latency
        self.patience = patience
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
    /// - Throws: ``GatewayError/timeout(after:)`` when the answer does not come by the deadline; the money may have
    ///   been taken then, and asking again with the same key tells.
    func charge(_ charge: Charge, key: String, now: Double, deadline: Deadline) async throws -> GatewayAnswer {
        let started = ContinuousClock.now
        let wait = latency.next()
        let left = deadline.remaining
        guard left >= patience else { throw GatewayError.notEnoughTime(left: left, needed: patience) }

        // Includes the way to the acquirer, the decision and the way back.
        try await sleep(wait / 2, until: deadline, since: started)
        try await passAcquirer(charge, deadline: deadline, since: started)
        // The network decides whether or not the caller still waits.
        let answer = try await Deadline.lifted { try await decide(charge, key: key, now: now) }
        try await sleep(wait / 2, until: deadline, since: started)
        return answer
    }

    /// Gets the charge through the acquirer's line, in several attempts if need be.
    private func passAcquirer(_ charge: Charge, deadline: Deadline, since started: ContinuousClock.Instant) async throws
    {
        let route = AcquirerRoutes.Key(scheme: charge.card.number.scheme, currency: charge.amount.currency)
        let span = InstrumentationSystem.tracer.activeSpan(identifiedBy: .current ?? .topLevel)
        let attempts = Counter(
            label: "payment.gateway.attempts",
            dimensions: [
                ("app.payment.card_type", route.scheme.rawValue), ("app.payment.currency", route.currency.rawValue),
            ]
        )
        retries.began()
        for attempt in 1... {
            span?.attributes["app.payment.attempts"] = attempt
            attempts.increment()
            if try await attemptAcquirer(route, deadline: deadline, since: started) { return }
            guard retries.mayRetry(after: attempt) else {
                throw GatewayError.unavailable(scheme: route.scheme, currency: route.currency, attempts: attempt)
            }
        }
    }

    private func attemptAcquirer(
        _ route: AcquirerRoutes.Key,
        deadline: Deadline,
        since started: ContinuousClock.Instant
    ) async throws -> Bool {
        let share = route == Self.flakyRoute ? flakiness.intensity : nil
        guard let end = routes.enqueue(route, isFailing: share != nil) else { return false }
        let wait = ContinuousClock.now.duration(to: end)
        guard wait <= attemptTimeout else {
            try await sleep(attemptTimeout, until: deadline, since: started)
            return false
        }
        try await sleep(max(.zero, wait), until: deadline, since: started)
        guard let share else { return true }
        return Double.random(in: 0..<1) >= share
    }

    /// The one line that may turn flaky.
    private static let flakyRoute = AcquirerRoutes.Key(scheme: .mastercard, currency: .usd)

    /// How the charge under a key ended. When there is none, none can be made under this key any more.
    func settle(_ key: String, now: Double) async throws -> GatewayAnswer {
        let insertion = "INSERT OR IGNORE INTO charge VALUES (?, '', 0, '', '', ?, ?)"
        return try await books.write(.transaction("charge", insertion, GatewayAnswer.selection)) { db in
            try db.cachedStatement(sql: insertion).execute(arguments: [key, GatewayAnswer.cancelled, now])
            return GatewayAnswer(
                decline: try String.fetchOne(db.cachedStatement(sql: GatewayAnswer.selection), arguments: [key])
            )
        }
    }

    private func decide(_ charge: Charge, key: String, now: Double) async throws -> GatewayAnswer {
        let decline = DeclineRule.reason(for: charge.card.number)
        let insertion = "INSERT INTO charge VALUES (?, ?, ?, ?, ?, ?, ?)"
        return try await books.write(.transaction("charge", GatewayAnswer.selection, insertion)) { db in
            if let row = try Row.fetchOne(db.cachedStatement(sql: GatewayAnswer.selection), arguments: [key]) {
                return GatewayAnswer(decline: row["decline"])
            }
            try db.cachedStatement(sql: insertion).execute(
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

    fileprivate static let selection = "SELECT decline FROM charge WHERE key = ?"
    /// The word for a key that was given up before any money was taken.
    static let cancelled = "cancelled"
}

/// Why the card network gave no answer.
enum GatewayError: Error, Equatable, CustomStringConvertible {
    /// It did not answer in time.
    case timeout(after: Duration)
    /// So little time is left that an answer could not be waited for; the gateway was not asked.
    case notEnoughTime(left: Duration, needed: Duration)
    /// The card company's computer failed, or takes no more work, and so did every retry.
    case unavailable(scheme: CardScheme, currency: Currency, attempts: Int)

    var description: String {
        switch self {
        case .timeout(let after):
            "The payment gateway did not answer within the \(Int(after / .milliseconds(1))) ms that were left."
        case .unavailable(let scheme, let currency, let attempts):
            "The payment gateway could not reach the \(scheme.rawValue) acquirer for \(currency.rawValue), "
                + "\(attempts) attempts failed."
        case .notEnoughTime(let left, let needed):
            "Timed out: the payment gateway may need \(Int(needed / .milliseconds(1))) ms and "
                + "\(Int(left / .milliseconds(1))) ms were left of the request's time."
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
