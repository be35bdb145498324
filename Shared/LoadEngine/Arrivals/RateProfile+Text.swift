/// A rate profile as it is written on the command line or in a scenario.
///
/// `20`, `ramp:5-50/60`, `steps:5x30,20x30,5x30`, `spike:10-100@30x15`, `day:20~15/600`.
extension RateProfile {
    /// What may be written, for messages.
    package static let grammar =
        "a rate such as 20, or ramp:FROM-TO/SECONDS, steps:RATExSECONDS,..., spike:BASE-PEAK@ATxSECONDS, "
        + "day:MEAN~AMPLITUDE/PERIOD"

    /// Reads a profile; `nil` when it is malformed or a rate is not above 0 and at most 100000.
    package init?(text argument: String) {
        let profile: RateProfile?
        if let colon = argument.firstIndex(of: ":") {
            profile = Self.shape(String(argument[..<colon]), String(argument[argument.index(after: colon)...]))
        } else {
            profile = Self.constant(argument)
        }
        guard let profile else { return nil }
        self = profile
    }

    private static func constant(_ text: String) -> RateProfile? {
        rate(text[...]).map { .constant($0) }
    }

    private static func shape(_ name: String, _ text: String) -> RateProfile? {
        let numbers = text.split { "-/x@~,".contains($0) }
        switch name {
        case "ramp":
            guard numbers.count == 3, let from = rate(numbers[0]), let to = rate(numbers[1]),
                let over = seconds(numbers[2])
            else { return nil }
            return .ramp(from: from, to: to, over: over)
        case "steps":
            let steps = text.split(separator: ",").map { $0.split(separator: "x") }
            guard !steps.isEmpty else { return nil }
            var parsed: [Step] = []
            for step in steps {
                guard step.count == 2, let rate = rate(step[0]), let lasting = seconds(step[1]) else { return nil }
                parsed.append(Step(rate: rate, lasting: lasting))
            }
            return .steps(parsed)
        case "spike":
            guard numbers.count == 4, let base = rate(numbers[0]), let peak = rate(numbers[1]),
                let at = seconds(numbers[2]), let lasting = seconds(numbers[3])
            else { return nil }
            return .spike(base: base, peak: peak, at: at, lasting: lasting)
        case "day":
            guard numbers.count == 3, let mean = rate(numbers[0]), let amplitude = Double(numbers[1]),
                let period = seconds(numbers[2]), amplitude >= 0, amplitude < mean
            else { return nil }
            return .day(mean: mean, amplitude: amplitude, period: period)
        default: return nil
        }
    }

    private static func rate(_ text: Substring) -> Double? {
        Double(text).flatMap { $0 > 0 && $0 <= 100_000 ? $0 : nil }
    }

    private static func seconds(_ text: Substring) -> Double? {
        Double(text).flatMap { $0 > 0 && $0 <= 86_400 * 30 ? $0 : nil }
    }
}
