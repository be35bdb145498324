package import LoadEngine
import RunJournal
import SeededRandom
import ServiceKit

/// The visits of those whom a scenario names, beside everyday traffic.
///
/// They come by the protocol as everybody does, or are left to visitors with a real browser: those find them in
/// `visitors.json` of the run's folder, each with its time.
package struct NamedVisits: Sendable {
    /// Rounds of a scenario without end that are written down beforehand.
    static let rounds = 100

    let scenario: Scenario
    let run: ShopRun
    let catalogue: Catalogue
    let control: LoadControl

    /// Plans the visits of a scenario.
    package init(scenario: Scenario, run: ShopRun, catalogue: Catalogue, control: LoadControl) {
        self.scenario = scenario
        self.run = run
        self.catalogue = catalogue
        self.control = control
    }

    /// Leaves the visits to browsers.
    ///
    /// - Throws: ``OutputError``.
    package func leave(in truth: TruthFolder, clock: WallClock, from began: Instant) throws(OutputError) {
        let visitors = arrivals.map { arrival in
            LeftVisitor(email: arrival.email, dueAt: clock.moment(began + .seconds(arrival.start)))
        }
        try truth.leave(LeftVisitors(visitors: visitors))
    }

    /// Makes the visits at their times, until all were made or the load stops.
    package func start(from began: Instant) async {
        await withDiscardingTaskGroup { visits in
            let pacing = Task {
                for (index, arrival) in arrivals.enumerated() {
                    let due = began + .seconds(arrival.start)
                    let left = due - .now
                    if left > 0, (try? await Task.sleep(for: .nanoseconds(left))) == nil { return }
                    run.report.beginBeside()
                    await Visit(journey: journey(index, arrival), intended: due, run: run).walk()
                }
            }
            visits.addTask {
                await control.waitForStop()
                pacing.cancel()
            }
            await pacing.value
            visits.cancelAll()
        }
    }

    /// Who comes, in order of time.
    var arrivals: [PlannedVisitor] {
        (0..<(scenario.repeats ? Self.rounds : 1)).flatMap { scenario.visitors(ofRound: $0) }
    }

    /// The visit of somebody: a purchase by Visa.
    func journey(_ index: Int, _ arrival: PlannedVisitor) -> Journey {
        // Far from the numbers of everyday visits and of triggers.
        let visit = 1 << 41 | UInt64(index)
        var visitor = Visitor(
            shopper: Shopper(named: arrival.email, number: 900_000_000 + index),
            catalogue: catalogue,
            random: SplitMix64(seed: run.seed, stream: visit)
        )
        return Journey(
            number: visit,
            shopper: visitor.shopper,
            visitorClass: .normal,
            name: "purchase",
            requests: visitor.purchase(),
            isNamed: true
        )
    }
}

/// `visitors.json`.
struct LeftVisitors: Encodable {
    let visitors: [LeftVisitor]
}

/// Somebody of whom a browser makes the visit.
struct LeftVisitor: Encodable {
    let email: String
    let dueAt: Moment

    private enum CodingKeys: String, CodingKey {
        case email
        case dueAt = "due_at"
    }
}
