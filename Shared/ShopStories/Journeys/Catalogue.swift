import ServiceKit

/// What can be bought, as the shop listed it when the run began.
package struct Catalogue: Sendable, Codable, Equatable {
    /// The part of a product that a shopper's choice needs.
    package struct Product: Sendable, Codable, Equatable {
        package let id: String
        package let category: String
    }

    package let products: [Product]

    /// Creates a catalogue.
    package init(products: [Product]) {
        self.products = products
    }
}
