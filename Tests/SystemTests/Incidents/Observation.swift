/// What the signs of an incident measured at its stations, for whoever reads the test's output.
struct Observation: Sendable {
    let incident: Incident
    var before: [String: Double] = [:]
    var during: [String: Double] = [:]
    var after: [String: Double] = [:]
    /// From arming to the last sign.
    var secondsToShow = 0.0
    /// From the trigger's end to the first seconds without a sign.
    var secondsToHeal = 0.0

    /// A few lines.
    var report: String {
        let header = "\(incident.name): shown after \(Int(secondsToShow)) s, healed after \(Int(secondsToHeal)) s"
        let lines = incident.signs.map { sign in
            "  \(sign.name): \(number(before[sign.name])), \(number(during[sign.name])) (bound \(number(sign.bound))), "
                + number(after[sign.name])
        }
        return ([header] + lines).joined(separator: "\n")
    }

    private func number(_ value: Double?) -> String {
        guard let value else { return "-" }
        return value == value.rounded() ? String(Int(value)) : String((value * 10).rounded() / 10)
    }
}
