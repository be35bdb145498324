import ServiceKit

/// The tax that is contained in prices, by department.
struct TaxTable: Sendable {
    /// The version of the code that this table belongs to, as `service.version` tells it.
    let version: String
    /// In percent.
    private let standard: Int
    private let reduced: [String: Int]

    /// Everything is taxed alike, books less.
    static let current = TaxTable(version: "1.4.2", standard: 20, reduced: ["books": 5])
    /// The next release's table.
    static let next = TaxTable(version: "1.5.0", standard: 20, reduced: ["book": 5])
    /// A small release beside it, made ready for a department that the shop does not have yet: nobody notices it.
    static let patched = TaxTable(version: "1.4.3", standard: 20, reduced: ["books": 5, "audiobooks": 5])

    private func rate(_ category: String) -> Int { reduced[category] ?? standard }

    /// The tax contained in a line's total, rounded half up to a minor unit.
    func contained(in line: Cart.Line) -> Money {
        let rate = rate(line.category)
        let total = line.total
        return Money((2 * total.amount * rate + 100 + rate) / (2 * (100 + rate)), total.currency)
    }

    /// The tax contained in some lines.
    func contained(in lines: [Cart.Line], _ currency: Currency) -> Money {
        lines.reduce(.zero(currency)) { $0 + contained(in: $1) }
    }

    /// The tax of an order, once it was seen to be what the law says.
    ///
    /// - Throws: ``WrongTax``.
    func verified(_ lines: [Cart.Line], _ currency: Currency) throws -> Money {
        let tax = contained(in: lines, currency)
        for line in lines {
            let lawful = Self.lawful(line)
            let charged = contained(in: line)
            guard charged == lawful else {
                throw WrongTax(category: line.category, charged: charged, lawful: lawful)
            }
        }
        return tax
    }

    private static func lawful(_ line: Cart.Line) -> Money {
        let rate = line.category == "books" ? 5 : 20
        let total = line.total
        return Money((2 * total.amount * rate + 100 + rate) / (2 * (100 + rate)), total.currency)
    }
}

/// The tax of an order is not what the law says.
struct WrongTax: Error, Equatable, CustomStringConvertible {
    let category: String
    let charged: Money
    let lawful: Money

    var description: String { "tax of \(charged) computed for \(category), \(lawful) expected" }
}
