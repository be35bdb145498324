/// A story to tell: how long it takes, who comes, and what breaks when.
struct Scenario: Sendable, Equatable {
    let name: String
    let description: String
    /// Seconds.
    let duration: Double
    /// What the scenario suggests; a command line may say otherwise.
    let arrivals: Arrivals?
    /// In the order of their starts.
    let incidents: [PlannedIncident]

    /// The same story told so many times faster; arrivals stay what they are.
    func compressed(_ scale: Double) -> Scenario {
        Scenario(
            name: name,
            description: description,
            duration: duration / scale,
            arrivals: arrivals,
            incidents: incidents.map { $0.compressed(scale) }
        )
    }
}
