/// An amount of money in whole minor units (cents), with its currency.
public struct Money: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The amount in minor units of the currency; 1999 is 19.99.
    public var amount: Int
    /// The currency.
    public var currency: Currency

    /// Creates an amount.
    public init(_ amount: Int, _ currency: Currency) {
        self.amount = amount
        self.currency = currency
    }

    /// Nothing, in a currency.
    public static func zero(_ currency: Currency) -> Money { Money(0, currency) }

    /// Adds amounts of the same currency; adding different ones is a programming error.
    public static func + (left: Money, right: Money) -> Money {
        precondition(left.currency == right.currency, "Amounts of different currencies cannot be added.")
        return Money(left.amount + right.amount, left.currency)
    }

    /// Multiplies an amount by a count.
    public static func * (price: Money, count: Int) -> Money {
        Money(price.amount * count, price.currency)
    }

    /// The amount as people write it, such as `19.99 USD`.
    public var description: String {
        let fraction = String(abs(amount) % 100)
        let sign = amount < 0 ? "-" : ""
        return "\(sign)\(abs(amount) / 100).\(fraction.count == 1 ? "0" : "")\(fraction) \(currency.rawValue)"
    }
}

/// The currencies of the shop, by their ISO 4217 codes; all have two decimals.
public enum Currency: String, Sendable, Hashable, Codable, CaseIterable {
    /// US dollar.
    case usd = "USD"
    /// Euro.
    case eur = "EUR"
    /// Pound sterling.
    case gbp = "GBP"
}

extension Money: JSONWritable, JSONReadable {
    /// Writes the amount and the currency's code.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("amount", amount)
            json.member("currency", currency.rawValue)
        }
    }

    /// Reads the amount and the currency's code.
    public init?(reading json: inout JSONReader) {
        var amount: Int?
        var currency: String?
        let isRead = json.object { name, json in
            switch name {
            case "amount": json.read(&amount)
            case "currency": json.read(&currency)
            default: json.skip()
            }
        }
        guard isRead, let amount, let currency = currency.flatMap(Currency.init(rawValue:)) else { return nil }
        self.init(amount, currency)
    }
}
