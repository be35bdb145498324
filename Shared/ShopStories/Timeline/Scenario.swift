package import LoadEngine

/// A story to tell: how long it takes, who comes, and what breaks when.
package struct Scenario: Sendable, Equatable {
    package let name: String
    package let description: String
    /// Seconds.
    package let duration: Double
    /// What the scenario suggests; a command line may say otherwise.
    package let arrivals: Arrivals?
    /// In the order of their starts.
    package let incidents: [PlannedIncident]

    /// The same story told so many times faster; arrivals stay what they are.
    package func compressed(_ scale: Double) -> Scenario {
        Scenario(
            name: name,
            description: description,
            duration: duration / scale,
            arrivals: arrivals,
            incidents: incidents.map { $0.compressed(scale) }
        )
    }
}
