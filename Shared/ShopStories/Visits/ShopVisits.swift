package import LoadEngine

/// The load that a run sends: visits to the shop.
package struct ShopVisits: Workload {
    package let run: ShopRun
    package let source: JourneySource

    /// The visits of a run.
    package init(_ source: JourneySource, run: ShopRun) {
        self.source = source
        self.run = run
    }

    package func visitClass(_ visit: UInt64) -> String { source.visitorClass(visit).rawValue }

    package func perform(_ visit: UInt64, user: Int?, due: Instant) async {
        await Visit(journey: source.journey(visit, user: user), intended: due, run: run).walk()
    }
}
