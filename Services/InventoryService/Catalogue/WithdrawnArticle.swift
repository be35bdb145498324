import ServiceKit

/// An article whose department was closed: off the shelves, but its row stays, since orders name it.
///
/// The department went from the code with the release that closed it. Whoever still has the article's address, a partner's
/// price feed for instance, brings out a row that this version cannot read: ``UnreadableProduct``, a 500.
struct WithdrawnArticle: Sendable {
    let id: String
    let name: String
    let description: String
    /// None of ``Product/Category``.
    let category: String
    let price: Money

    static let all = [
        WithdrawnArticle(
            id: "terra-planter",
            name: "Terra Balcony Planter",
            description: "Terracotta planter with a saucer, for a railing or a window sill.",
            category: "garden",
            price: Money(3_450, .usd)
        )
    ]
}
