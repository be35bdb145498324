import ServiceKit

/// The tax that is contained in prices, by department.
enum Tax {
    /// In percent: books are taxed less.
    static func rate(category: String) -> Int {
        category == "books" ? 5 : 20
    }

    /// The tax contained in a line's total, rounded half up to a minor unit.
    static func contained(in line: Cart.Line) -> Money {
        let rate = rate(category: line.category)
        let total = line.total
        return Money((2 * total.amount * rate + 100 + rate) / (2 * (100 + rate)), total.currency)
    }

    /// The tax contained in some lines.
    static func contained(in lines: [Cart.Line], _ currency: Currency) -> Money {
        lines.reduce(.zero(currency)) { $0 + contained(in: $1) }
    }
}
