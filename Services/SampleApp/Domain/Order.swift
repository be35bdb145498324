import ServiceKit

/// A cart that is being bought, or was.
struct Order: Sendable, Equatable {
    /// How far an order is. `confirmed`, `failed` and `declined` are ends.
    enum Status: String, Sendable, CaseIterable {
        /// Written down; stock is being reserved.
        case created
        /// Stock is reserved; the shopper has still to pay.
        case reserved
        /// Stock is reserved; the payment may have been asked for.
        case paying
        /// The answer of the payment is not known; it is settled later by the order's key.
        case unsettled
        /// Paid; the reservation has to become a sale.
        case paid
        /// Paid and sold.
        case confirmed
        /// The card was declined; nothing was sold.
        case declined
        /// It came to nothing, and no money was taken.
        case failed

        /// Whether the money was taken.
        var isPaid: Bool { self == .paid || self == .confirmed }
    }

    let id: String
    let sessionID: String
    let email: String
    let lines: [Cart.Line]
    let total: Money
    /// The part of the total that is tax.
    let tax: Money
    var status: Status
    var reservationID: String?
    var paymentID: String?
    let createdAt: Double
    /// Grows with every change that is written down.
    var revision = 0

    /// What makes repeats of this order's payment harmless.
    var paymentKey: String { "\(id)-payment" }
}
