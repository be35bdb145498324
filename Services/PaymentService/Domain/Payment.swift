import ServiceKit

/// What is to be paid.
struct Charge: Sendable {
    let orderID: String
    let amount: Money
    let card: PaymentCard
}

/// A payment as the ledger keeps it: enough to answer for it, never the card's number.
struct Payment: Sendable, Hashable {
    /// How far a payment is.
    enum Status: String, Sendable {
        /// The gateway was asked, or is about to be; its answer is not known here.
        case pending
        /// The money was taken.
        case captured
        /// The card's bank, or the fraud check, said no.
        case declined
        /// No money was taken, and none will be under this key.
        case cancelled
    }

    let id: String
    let key: String
    let orderID: String
    let amount: Money
    let scheme: CardScheme
    let lastFour: String
    var status: Status
    /// Why it was declined, as a word.
    var reason: String?

    /// Whether a repeat asks for the same thing.
    func matches(_ charge: Charge) -> Bool {
        orderID == charge.orderID && amount == charge.amount && lastFour == charge.card.number.lastFour
    }
}
