/// Units that are kept for an order until it is paid, given up, or forgotten.
struct Reservation: Sendable, Hashable {
    /// What a reservation may become. Only an active one changes.
    enum Status: String, Sendable {
        case active
        case committed
        case released
        case expired
    }

    /// So many units of one product.
    struct Line: Sendable, Hashable {
        let productID: String
        let quantity: Int
    }

    let id: String
    let orderID: String
    let status: Status
    let lines: [Line]
    /// Seconds since 1970.
    let expiresAt: Double

    /// The most units of one product in one order.
    static let maximumQuantity = 1000
    /// The most lines in one order.
    static let maximumLines = 100
}

/// Why stock could not be reserved or a reservation not be changed.
enum ReservationError: Error, Equatable {
    /// The catalogue has no such product.
    case unknownProduct(String)
    /// There are fewer units than wanted.
    case outOfStock(productID: String, wanted: Int, available: Int)
    /// There is no such reservation.
    case unknownReservation(String)
    /// It can no longer become what is wanted.
    case notActive(String, Reservation.Status)
}
