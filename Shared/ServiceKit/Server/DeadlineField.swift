import Deadlines
import HTTPTypes

/// The request field in which a ``Deadline`` travels: what is left, in whole milliseconds.
enum DeadlineField {
    /// `request-timeout-ms`.
    static let name = HTTPField.Name("request-timeout-ms")!

    /// The longest time that a caller may give, one hour. More is taken as this.
    private static let longest: Duration = .seconds(3600)

    /// The deadline that a request's fields set; `nil` without the field, or when it is not a whole number.
    static func read(_ fields: HTTPFields) -> Deadline? {
        guard let left = fields[name].flatMap({ Int($0) }), left >= 0 else { return nil }
        return .after(min(.milliseconds(left), longest))
    }

    /// Writes what is left of a deadline, rounded down.
    static func write(_ deadline: Deadline, into fields: inout HTTPFields) {
        fields[name] = String(Int(deadline.remaining / .milliseconds(1)))
    }
}
