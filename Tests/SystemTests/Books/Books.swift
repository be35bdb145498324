import Foundation
import GRDB

/// What the three services have written down, read from their databases.
struct Books: Sendable {
    /// An order as the shop knows it.
    struct Order: Sendable {
        struct Line: Decodable, Sendable {
            let productID: String
            let quantity: Int
        }

        let id: String
        let status: String
        let total: Int
        let reservation: String?
        let lines: [Line]

        var isFinal: Bool { ["confirmed", "declined", "failed"].contains(status) }
        var isConfirmed: Bool { status == "confirmed" }
    }

    /// Money that was taken.
    struct Charge: Sendable, Hashable {
        let order: String
        let amount: Int
    }

    /// A product's place in the warehouse's books.
    struct Stock: Sendable {
        let product: String
        let initial: Int
        let delivered: Int
        let available: Int
        let reserved: Int
        let sold: Int

        var isBalanced: Bool {
            min(available, reserved, sold) >= 0 && available + reserved + sold == initial + delivered
        }
    }

    let orders: [Order]
    /// What payment-service answers for.
    let payments: [Charge]
    /// What the card network has taken.
    let charges: [Charge]
    let stock: [Stock]
    /// Reservation ids by status.
    let reservations: [String: Set<String>]

    /// Reads the books of a suite, which may be running.
    init(of suite: RunningSuite) throws {
        orders = try Self.rows("shop", "SELECT * FROM purchase", in: suite) { row in
            let lines: String = row["lines"]
            return Order(
                id: row["id"],
                status: row["status"],
                total: row["total"],
                reservation: row["reservation_id"],
                lines: try JSONDecoder().decode([Order.Line].self, from: Data(lines.utf8))
            )
        }
        let charge: (Row) -> Charge = { Charge(order: $0["order_id"], amount: $0["amount"]) }
        payments = try Self.rows("payments", "SELECT * FROM payment WHERE status = 'captured'", in: suite, charge)
        charges = try Self.rows("gateway", "SELECT * FROM charge WHERE decline IS NULL", in: suite, charge)
        stock = try Self.rows("stock", "SELECT * FROM stock", in: suite) { row in
            Stock(
                product: row["product_id"],
                initial: row["initial"],
                delivered: row["delivered"],
                available: row["available"],
                reserved: row["reserved"],
                sold: row["sold"]
            )
        }
        let reserved = try Self.rows("stock", "SELECT id, status FROM reservation", in: suite) { row in
            (row["status"] as String, row["id"] as String)
        }
        let picked = try Self.rows("warehouse", "SELECT * FROM pick_line", in: suite) { row in
            (row["order_id"] as String, row["product_id"] as String, row["quantity"] as Int)
        }
        picks = picked.reduce(into: [:]) { $0[$1.0, default: [:]][$1.1, default: 0] += $1.2 }
        reservations = Dictionary(grouping: reserved) { $0.0 }.mapValues { Set($0.map(\.1)) }
    }

    /// Units of each product that were picked for an order.
    let picks: [String: [String: Int]]

    /// Units of each product in confirmed orders.
    var unitsConfirmed: [String: Int] {
        orders.filter(\.isConfirmed).flatMap(\.lines).reduce(into: [:]) { $0[$1.productID, default: 0] += $1.quantity }
    }

    /// Changes the warehouse's books, before anybody comes: what a test needs to begin with.
    static func arrange(_ suite: RunningSuite, _ statement: String, _ arguments: StatementArguments) throws {
        let queue = try DatabaseQueue(path: suite.data + "/data/stock.sqlite", configuration: patient)
        try queue.write { try $0.execute(sql: statement, arguments: arguments) }
        try queue.close()
    }

    private static func rows<Value>(
        _ database: String,
        _ query: String,
        in suite: RunningSuite,
        _ read: (Row) throws -> Value
    ) throws -> [Value] {
        let queue = try DatabaseQueue(path: suite.data + "/data/\(database).sqlite", configuration: patient)
        defer { try? queue.close() }
        return try queue.read { try Row.fetchAll($0, sql: query).map(read) }
    }

    private static var patient: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        return configuration
    }
}
