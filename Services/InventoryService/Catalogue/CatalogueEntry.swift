import ServiceKit

/// A product as the shop opens with it: what it is, how many there are, what they cost, and when more are ordered.
struct CatalogueEntry: Sendable, Hashable {
    let product: Product
    let initialStock: Int
    /// What the shop itself paid for a unit.
    let unitCost: Money
    let replenishment: ReplenishmentRule

    init(product: Product, initialStock: Int, unitCost: Money, replenishment: ReplenishmentRule) {
        self.product = product
        self.initialStock = initialStock
        self.unitCost = unitCost
        self.replenishment = replenishment
    }
}
