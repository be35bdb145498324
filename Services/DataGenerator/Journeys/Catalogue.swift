import ServiceKit

/// What can be bought, as the shop listed it when the run began.
struct Catalogue: Sendable, Codable, Equatable {
    /// The part of a product that a shopper's choice needs.
    struct Product: Sendable, Codable, Equatable {
        let id: String
        let category: String
    }

    let products: [Product]
}
