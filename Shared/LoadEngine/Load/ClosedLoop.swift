/// A fixed number of users who visit again and again, each after the last visit and a time to think: the closed model
/// of load.
///
/// Its rate depends on the server: a slow one gets fewer visits, and their latencies say nothing of the visits that
/// were not made. Use ``OpenLoop`` to measure latency at a given rate.
package struct ClosedLoop<Load: Workload>: Sendable {
    package let load: Load
    package let report: LoadReport
    package let users: Int
    package let thinkTime: Duration
    /// Nanoseconds; `nil` runs until it is stopped.
    package let duration: Int64?
    package let control: LoadControl

    /// Creates a loop; nothing is sent before ``start(from:)``.
    package init(
        _ load: Load,
        report: LoadReport,
        users: Int,
        thinkTime: Duration,
        duration: Int64?,
        control: LoadControl
    ) {
        self.load = load
        self.report = report
        self.users = users
        self.thinkTime = thinkTime
        self.duration = duration
        self.control = control
    }

    /// Runs until the duration is over or the load is stopped, and the visits that were started have ended.
    package func start(from began: Instant) async {
        await withDiscardingTaskGroup { group in
            for user in 0..<users {
                group.addTask { await visitAgainAndAgain(user, from: began) }
            }
        }
    }

    private func visitAgainAndAgain(_ user: Int, from began: Instant) async {
        // Starts are spread over one think time, so that users do not act in step.
        guard (try? await Task.sleep(for: thinkTime * user / users)) != nil else { return }
        var visit = UInt64(user)
        while !Task.isCancelled, !control.isStopping {
            let intended = Instant.now
            if let duration, intended - began >= duration { return }
            guard report.begin(load.visitClass(visit), limit: .max) else { return }
            let number = visit
            if thinkTime > .zero {
                // A task keeps the memory of its deepest call until it ends: a visit's is freed with its
                // own task, so that a waiting user holds little memory.
                await withDiscardingTaskGroup { group in
                    group.addTask { await load.perform(number, user: user, due: intended) }
                }
            } else {
                await load.perform(number, user: user, due: intended)
            }
            report.end()
            visit += UInt64(users)
            if thinkTime > .zero, (try? await Task.sleep(for: thinkTime)) == nil { return }
        }
    }
}
