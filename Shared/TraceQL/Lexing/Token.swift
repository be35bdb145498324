/// A piece of a query.
struct Token: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case symbol(String)
        /// A name with everything that belongs to it, `span.http.route`, `trace:rootName`.
        case word
        /// A name whose attribute was in quotation marks, by scope and key.
        case attribute(scope: String, key: String)
        case text(String)
        case integer(Int64)
        case number(Double)
        case duration(Int64)
        case end
    }

    let kind: Kind
    /// As it was written.
    let text: String
    /// The byte where it begins.
    let start: Int
}
