/// The field `grpc-timeout`: at most eight digits and a unit (gRPC over HTTP/2, Requests).
public enum GRPCTimeout {
    /// Reads the field; `nil` when it is malformed.
    public static func duration(_ field: String) -> Duration? {
        let digits = field.utf8.dropLast()
        guard (1...8).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int64(Substring(digits)), let unit = field.utf8.last
        else { return nil }
        return switch unit {
        case UInt8(ascii: "H"): .seconds(number * 3_600)
        case UInt8(ascii: "M"): .seconds(number * 60)
        case UInt8(ascii: "S"): .seconds(number)
        case UInt8(ascii: "m"): .milliseconds(number)
        case UInt8(ascii: "u"): .microseconds(number)
        case UInt8(ascii: "n"): .nanoseconds(number)
        default: nil
        }
    }

    /// Writes the field, to the millisecond while the digits suffice, and at least one.
    public static func field(_ timeout: Duration) -> String {
        let (seconds, attoseconds) = timeout.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        let milliseconds = overflow ? .max : max(1, product + attoseconds / 1_000_000_000_000_000)
        if milliseconds < 100_000_000 { return "\(milliseconds)m" }
        return "\(min(seconds, 99_999_999))S"
    }
}
