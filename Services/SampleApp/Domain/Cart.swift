import ServiceKit

/// What a session wants to buy.
struct Cart: Sendable, Equatable {
    /// So many units of one product, at the price that was shown.
    struct Line: Sendable, Equatable, Codable {
        let productID: String
        let name: String
        let category: String
        var quantity: Int
        let unitPrice: Money

        var total: Money { unitPrice * quantity }
    }

    /// The most different products in a cart.
    static let maximumLines = 50
    /// The most units of one product in a cart.
    static let maximumQuantity = 100

    let sessionID: String
    /// Grows with every change.
    var version: Int
    var lines: [Line]
    /// What the cart costs, kept beside the lines so that pages can show it without them.
    var total: Money
    /// The order that is being made of this cart, if any.
    var checkoutID: String?

    init(sessionID: String, version: Int = 0, lines: [Line] = [], total: Money, checkoutID: String? = nil) {
        self.sessionID = sessionID
        self.version = version
        self.lines = lines
        self.total = total
        self.checkoutID = checkoutID
    }

    /// What the lines cost together.
    var sumOfLines: Money {
        lines.reduce(.zero(total.currency)) { $0 + $1.total }
    }

    var units: Int { lines.reduce(0) { $0 + $1.quantity } }

    func quantity(of productID: String) -> Int {
        lines.first { $0.productID == productID }?.quantity ?? 0
    }

    /// Adds units, to the line of their product where there is one.
    ///
    /// - Throws: ``CartError`` when the cart would hold more than it may.
    mutating func add(_ line: Line) throws(CartError) {
        if let index = lines.firstIndex(where: { $0.productID == line.productID }) {
            guard lines[index].quantity + line.quantity <= Self.maximumQuantity else { throw .tooManyUnits }
            lines[index].quantity += line.quantity
        } else {
            guard line.quantity <= Self.maximumQuantity else { throw .tooManyUnits }
            guard lines.count < Self.maximumLines else { throw .tooManyLines }
            lines.append(line)
        }
    }

    /// Sets a line's quantity; 0 takes the line out.
    ///
    /// - Throws: ``CartError/unknownLine`` when there is no such line.
    mutating func set(_ productID: String, quantity: Int) throws(CartError) {
        guard let index = lines.firstIndex(where: { $0.productID == productID }) else { throw .unknownLine }
        if quantity == 0 {
            lines.remove(at: index)
        } else {
            lines[index].quantity = quantity
        }
    }
}

/// Why a cart cannot be changed or bought.
enum CartError: Error, Equatable {
    case tooManyUnits
    case tooManyLines
    case unknownLine
    case empty
    /// Another change came first, again and again.
    case busy
    /// An order is being made of it right now.
    case checkoutUnderWay
    /// The lines and the cart's total do not agree.
    case totalMismatch(lines: Money, total: Money)
}
