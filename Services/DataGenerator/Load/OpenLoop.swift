import ServiceKit
import ServiceLifecycle

/// Starts journeys on schedule and never waits for them: the open model of load.
///
/// What is in flight is bounded; a start that finds the bound reached is skipped and counted, never delayed, since a
/// delayed start would make a slow shop look fast.
struct OpenLoop: Service {
    /// The most journeys that run at once.
    static let maximumInFlight = 10_000

    let shop: Shop
    let schedule: ArrivalSchedule
    let seed: UInt64
    /// Whether all classes of visitors come; otherwise everybody shops.
    let usesAllClasses: Bool
    let duration: Duration?
    let report: LoadReport

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            let catalogue = try await firstCatalogue()
            await withTaskGroup { beside in
                beside.addTask { await report.printProgress() }
                await withDiscardingTaskGroup { await startJourneys(catalogue, in: &$0) }
                beside.cancelAll()
            }
            report.printSummary()
        }
    }

    private func startJourneys(_ catalogue: Catalogue, in visits: inout DiscardingTaskGroup) async {
        let planner = JourneyPlanner(seed: seed, catalogue: catalogue, classes: usesAllClasses)
        let began = ContinuousClock.now
        var schedule = schedule
        var number = 0
        while !Task.isCancelled {
            let intended = schedule.next()
            if let duration, intended >= duration { break }
            guard (try? await Task.sleep(until: began + intended, clock: .continuous)) != nil else { break }
            let journey = planner[number]
            let late = (began + intended).duration(to: .now)
            if report.begin(journey.visitorClass, limit: Self.maximumInFlight, late: late) {
                visits.addTask {
                    await Visit(shop: shop, journey: journey, report: report).run()
                    report.end()
                }
            }
            number += 1
        }
    }

    /// The shop may still be starting: it is asked until it answers.
    private func firstCatalogue() async throws -> Catalogue {
        var said = false
        while true {
            do {
                return try await shop.catalogue()
            } catch {
                try Task.checkCancellation()
                if !said { report.say("waiting for the shop at \(shop.origin)") }
                said = true
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }
}
