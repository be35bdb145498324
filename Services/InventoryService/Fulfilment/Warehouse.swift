import FoundationEssentials
import Logging
import MessageStream
import Metrics
import ServiceKit
import ServiceLifecycle

/// What the warehouse does with confirmed orders: two consumer groups, each in its own time.
struct Warehouse: Sendable {
    static let picking = "picking"
    static let replenishment = "replenishment"
    static let groups = [picking, replenishment]

    let picks: Picking
    let purchases: Replenishment
    let logger: Logger

    private let picked = Counter(label: "inventory.picks", dimensions: [("inventory.outcome", "picked")])
    private let repeated = Counter(label: "inventory.picks", dimensions: [("inventory.outcome", "repeated")])

    init(picks: Picking, purchases: Replenishment, logger: Logger) {
        self.picks = picks
        self.purchases = purchases
        self.logger = logger
    }

    /// The consumer groups on a stream.
    func consumers(of stream: any StreamReader, policy: RetryPolicy) -> [StreamConsumer] {
        [
            StreamConsumer(group: Self.picking, of: stream, policy: policy, logger: logger) { try await pick($0) },
            StreamConsumer(group: Self.replenishment, of: stream, policy: policy, logger: logger) {
                try await count($0)
            },
        ]
    }

    private func pick(_ message: StreamMessage) async throws {
        let order = try ConfirmedOrder(message)
        guard try await picks.pick(order, now: Date().timeIntervalSince1970) else {
            repeated.increment()
            return
        }
        picked.increment()
        logger.info("Order picked", metadata: ["order.id": "\(order.orderID)", "units": "\(order.units)"])
    }

    private func count(_ message: StreamMessage) async throws {
        let order = try ConfirmedOrder(message)
        for item in try await purchases.count(order, now: Date().timeIntervalSince1970) {
            logger.info(
                "Purchase proposed",
                metadata: ["product.id": "\(item.productID)", "quantity": "\(item.quantity)"]
            )
        }
    }
}

extension ConfirmedOrder {
    fileprivate init(_ message: StreamMessage) throws {
        let order: ConfirmedOrder
        do { order = try JSON.decode(ConfirmedOrder.self, from: message.body) } catch { throw UnreadableMessage() }
        guard order.isPlausible else { throw UnreadableMessage() }
        self = order
    }
}

/// A message that is no order, or one of a form that this version does not know. It is put aside, for whoever can read it.
struct UnreadableMessage: MessageError, CustomStringConvertible {
    var errorType: String { "unreadable_message" }
    var isFinal: Bool { true }
    var description: String { "The message is no order that this version can read." }
}

/// Forgets old picks and processed messages every few seconds.
struct WarehouseHousekeeping: Service {
    /// The stream that is kept beside the picks; one that a server keeps is trimmed there.
    let stream: SQLiteStream?
    let picks: Picking
    let logger: Logger
    var interval: Duration = .seconds(10)
    /// How long a pick is remembered, in seconds; longer than a message may come again.
    var memory: Double = 7 * 86_400

    func run() async throws {
        try await PeriodicWork(
            every: interval,
            logger: logger,
            failure: "The warehouse's housekeeping failed; trying again"
        ) {
            try await stream?.trim()
            try await picks.forget(before: Date().timeIntervalSince1970 - memory)
        }
        .run()
    }
}
