/// A fixed number of users who visit again and again, each after the last visit and a time to think: the closed model of
/// load.
///
/// Its rate is whatever the server allows: a slow one gets fewer visits, and their latencies say nothing of the visits that
/// did not come. That is what it is for; the open model is the honest one.
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
        // Spread over one time to think, users do not come in step.
        guard (try? await Task.sleep(for: thinkTime * user / users)) != nil else { return }
        var visit = UInt64(user)
        while !Task.isCancelled, !control.isStopping {
            let intended = Instant.now
            if let duration, intended - began >= duration { return }
            guard report.begin(load.visitClass(visit), limit: .max) else { return }
            let number = visit
            if thinkTime > .zero {
                // A task keeps the memory of its deepest call for as long as it lives: a visit's is given back with its
                // task, so that a user who thinks holds next to nothing.
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
