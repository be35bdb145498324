/// How much memory the elements of a message may take, so that a small hostile message cannot fill the machine.
///
/// An empty span has two bytes on the wire and hundreds in memory. Telemetry that says anything takes at most about a
/// dozen times its encoded size; the bound leaves room above that.
struct ElementBudget {
    private var bytes: Int

    init(inputBytes: Int) {
        bytes = (64 << 10) + inputBytes * 32
    }

    /// Accounts for one more element.
    mutating func spend(_ size: Int) throws(OTLPDecodingError) {
        bytes -= size
        guard bytes >= 0 else {
            throw OTLPDecodingError("Nearly all elements are empty; they would take far more memory than bytes.")
        }
    }
}
