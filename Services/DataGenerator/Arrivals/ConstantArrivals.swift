/// Journeys that start at equal distances in time.
struct ConstantArrivals: Sendable {
    /// Starts a second.
    let rate: Double

    /// When a journey is meant to start, counted from the beginning of the run.
    ///
    /// Computed from the number, not added up, so that an hour of starts does not drift.
    func start(of journey: Int) -> Duration {
        .seconds(Double(journey) / rate)
    }
}
