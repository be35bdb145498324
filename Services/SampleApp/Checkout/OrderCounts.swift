import Metrics

extension Order {
    /// Counts an order that has ended, or that ``Settlement`` has to finish.
    func count() { OrderCounts.shared.increment(status) }
}

/// `shop.orders`, with a handle for each status: making one costs more than counting.
private struct OrderCounts: Sendable {
    static let shared = OrderCounts()
    private let counters: [Order.Status: Counter]

    init() {
        let pairs = Order.Status.allCases.map { status in
            (status, Counter(label: "shop.orders", dimensions: [("shop.order.status", status.rawValue)]))
        }
        counters = Dictionary(uniqueKeysWithValues: pairs)
    }

    func increment(_ status: Order.Status) { counters[status]?.increment() }
}
