/// The value that says a series has ended: a NaN of its own bits, which no calculation gives.
public enum StaleMarker {
    /// The bits that Prometheus writes.
    public static let bits: UInt64 = 0x7FF0_0000_0000_0002

    /// The marker as a sample's value.
    public static let value = Double(bitPattern: bits)

    /// Whether a value is the marker, and not another NaN.
    public static func matches(_ value: Double) -> Bool {
        value.bitPattern == bits
    }
}

extension Double {
    /// Stands for "no sample at this step" where results are kept in one place a step.
    static let absent = StaleMarker.value

    var isAbsent: Bool {
        bitPattern == StaleMarker.bits
    }
}
