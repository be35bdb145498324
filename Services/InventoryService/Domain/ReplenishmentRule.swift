/// When the warehouse orders more of a product, and how much.
struct ReplenishmentRule: Sendable, Hashable {
    /// Ordered as soon as fewer than this are available; 0 means never.
    let reorderPoint: Int
    /// How many units one delivery brings.
    let deliverySize: Int

    /// The product is never ordered again.
    static let never = ReplenishmentRule(reorderPoint: 0, deliverySize: 0)

    func delivery(available: Int) -> Int? {
        available < reorderPoint ? deliverySize : nil
    }
}
