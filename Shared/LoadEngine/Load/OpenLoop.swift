/// Starts visits on schedule and never waits for them: the open model of load.
///
/// The number of visits in flight is bounded. A start beyond the bound is skipped and counted, never delayed, since a
/// delayed start would make a slow server look fast.
package struct OpenLoop<Load: Workload>: Sendable {
    /// The most visits that run at once.
    package static var maximumInFlight: Int { 10_000 }

    package let load: Load
    package let report: LoadReport
    package let schedule: ArrivalSchedule
    /// Nanoseconds; `nil` runs until it is stopped.
    package let duration: Int64?
    package let control: LoadControl

    /// Creates a loop; nothing is sent before ``start(from:)``.
    package init(
        _ load: Load,
        report: LoadReport,
        schedule: ArrivalSchedule,
        duration: Int64?,
        control: LoadControl
    ) {
        self.load = load
        self.report = report
        self.schedule = schedule
        self.duration = duration
        self.control = control
    }

    /// Runs until the duration is over or the load is stopped, and the visits that were started have ended.
    ///
    /// - Parameter began: The moment that the schedule's times count from.
    package func start(from began: Instant) async {
        let thread = OwnThread()
        defer { thread.end() }
        await withTaskExecutorPreference(thread) { await startVisits(from: began, on: thread) }
    }

    /// Runs on a thread of its own, and so do the visits: from the moment at which one is due to its first byte, no
    /// other thread has to be woken.
    private func startVisits(from began: Instant, on thread: OwnThread) async {
        await withDiscardingTaskGroup { visits in
            var schedule = schedule
            var number: UInt64 = 0
            var next = Self.nanoseconds(schedule.next())
            while !Task.isCancelled, !control.isStopping {
                if let rate = control.takeRate() {
                    schedule.change(to: rate, at: .nanoseconds(Instant.now - began))
                    next = Self.nanoseconds(schedule.next())
                }
                if let duration, next >= duration { break }
                let intended = began + next
                guard await thread.sleep(until: intended) else { continue }
                let visit = number
                if report.begin(load.visitClass(visit), limit: Self.maximumInFlight) {
                    visits.addTask {
                        report.took(.now - intended)
                        await load.perform(visit, user: nil, due: intended)
                        report.end()
                    }
                }
                number += 1
                // When it is behind schedule the loop would never suspend, and the visits that it started would never
                // run.
                if number.isMultiple(of: 8) { await Task.yield() }
                next = Self.nanoseconds(schedule.next())
            }
        }
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
