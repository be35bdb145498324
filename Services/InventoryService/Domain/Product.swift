import ServiceKit

/// An article of the catalogue. ``StockLevel`` has its quantities.
struct Product: Sendable, Hashable, Codable {
    let id: String
    let name: String
    let description: String
    let category: Category
    let price: Money

    /// The departments of the shop.
    enum Category: String, Sendable, Hashable, Codable, CaseIterable {
        case electronics
        case books
        case home
        case clothing
        case sports
        case toys
    }
}
