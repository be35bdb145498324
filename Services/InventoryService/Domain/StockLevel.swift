/// How many units of a product are available, reserved and sold.
///
/// Every unit that ever came in is in exactly one of three places, so `available + reserved + sold` is always
/// `initial + delivered`, and none of them is negative. The database checks this on every write.
struct StockLevel: Sendable, Hashable {
    let productID: String
    let initial: Int
    let delivered: Int
    let available: Int
    let reserved: Int
    let sold: Int

    var isBalanced: Bool {
        available + reserved + sold == initial + delivered && min(available, reserved, sold) >= 0
    }
}
