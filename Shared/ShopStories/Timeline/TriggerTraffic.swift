import SeededRandom

/// The visits that bring an incident out, beside everyday traffic: when each comes, and what it does. They follow from the
/// seed, as all visits do.
struct TriggerTraffic: Sendable {
    /// Seconds between two rounds of the back office's reports: about what the stock's pool needs for as many as the
    /// strongest round has.
    static let reportInterval = 1.8
    /// Reports in the strongest round: twice the pool's connections.
    static let reports = 10.0
    /// Hasty visitors a second, at most.
    static let hastyVisitors = 3.0

    let incident: PlannedIncident
    let incidentID: String
    /// The incident's number in the scenario.
    let number: Int
    let seed: UInt64
    let catalogue: Catalogue
    let population: Population

    /// One visit, some seconds after the incident's start.
    struct Arrival: Sendable, Equatable {
        let after: Double
        let journey: Journey
    }

    /// All visits, in order of time.
    func arrivals() -> [Arrival] {
        switch incident.kind {
        case .paymentTimeout:
            let size = max(1, Int((Self.reports * incident.intensity).rounded()))
            let rounds = max(1, Int((incident.duration / Self.reportInterval).rounded(.up)))
            return (0..<rounds * size).map { index in
                Arrival(
                    after: Double(index / size) * Self.reportInterval,
                    journey: journey(index) { _ in
                        Visitor.Plan(name: "stock_close", requests: [Visitor.report(days: 1).expecting(200, 503)])
                    }
                )
            }
        case .intermittentError:
            let rate = Self.hastyVisitors * incident.intensity
            return (0..<max(1, Int(incident.duration * rate))).map { index in
                Arrival(after: Double(index) / rate, journey: journey(index) { $0.anomaly(.doubleClick) })
            }
        case .cascadeFailure, .visaCacheFull, .productDBTimeout, .paymentGatewayError, .duplicatePayment, .badRelease,
            .orderBacklog:
            // Everyday visits are enough.
            return []
        }
    }

    private func journey(_ index: Int, _ plan: (inout Visitor) -> Visitor.Plan) -> Journey {
        // Far from the numbers of everyday visits.
        let visit = 1 << 40 | UInt64(number) << 24 | UInt64(index)
        var visitor = Visitor(
            shopper: population.shopper(population.user(ofVisit: visit)),
            catalogue: catalogue,
            random: SplitMix64(seed: seed, stream: visit)
        )
        let plan = plan(&visitor)
        return Journey(
            number: visit,
            shopper: visitor.shopper,
            visitorClass: .anomaly,
            name: plan.name,
            requests: plan.requests,
            incident: incidentID
        )
    }
}
