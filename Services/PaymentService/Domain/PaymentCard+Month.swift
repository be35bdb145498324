import FoundationEssentials
import Glibc

extension PaymentCard {
    /// The month of a moment, in the machine's time zone. Foundation's calendar takes longer for it than the rest of a
    /// card's check.
    static func month(of date: Date) -> (year: Int, month: Int) {
        var second = time_t(date.timeIntervalSince1970)
        var parts = tm()
        localtime_r(&second, &parts)
        return (Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1)
    }
}
