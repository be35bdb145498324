/// When visits are meant to start: how many a second, and how they are spaced.
///
/// `20`, `constant:20`, `poisson:20`, `ramp:5-50/60`, `steps:5x30,20x30,5x30`, `spike:10-100@30x15`, `day:20~15/600`.
package struct Arrivals: Sendable, Hashable, CustomStringConvertible {
    /// What may be written, for messages.
    package static let grammar =
        "a number such as 20, constant:RATE, poisson:RATE, ramp:FROM-TO/SECONDS, steps:RATExSECONDS,..., "
        + "spike:BASE-PEAK@ATxSECONDS or day:MEAN~AMPLITUDE/PERIOD"

    package let profile: RateProfile
    package var spacing: ArrivalSchedule.Spacing
    /// As it was written.
    package let description: String

    /// Always the same rate, at equal distances.
    package init(rate: Double) {
        profile = .constant(rate)
        spacing = .even
        description = "constant:\(rate)"
    }

    /// Reads what was written; `nil` when it is malformed, or a rate is not above 0 and at most 100000.
    package init?(text argument: String) {
        let constant = ["poisson:", "constant:"].first { argument.hasPrefix($0) }
        let text = constant.map { argument.dropFirst($0.count) } ?? argument[...]
        guard constant == nil || !text.contains(":"), let profile = RateProfile(text: String(text)) else {
            return nil
        }
        self.profile = profile
        spacing = constant == "poisson:" ? .poisson : .even
        description = argument
    }
}
