/// A fixed number of users who visit again and again, each after the last visit and a time to think: the closed model of
/// load.
///
/// Its rate is whatever the shop allows: a slow shop gets fewer visits, and their latencies say nothing of the visits that
/// did not come. That is what it is for; the open model is the honest one.
struct ClosedLoop: Sendable {
    let run: LoadRun
    let source: JourneySource
    let users: Int
    let thinkTime: Duration
    /// Nanoseconds; `nil` runs until it is stopped.
    let duration: Int64?
    let control: LoadControl

    /// Runs until the duration is over or the load is stopped, and the visits that were started have ended.
    func start(from began: Moment) async {
        await withDiscardingTaskGroup { group in
            for user in 0..<users {
                group.addTask { await visitAgainAndAgain(user, from: began) }
            }
        }
    }

    private func visitAgainAndAgain(_ user: Int, from began: Moment) async {
        // Spread over one time to think, users do not come in step.
        guard (try? await Task.sleep(for: thinkTime * user / users)) != nil else { return }
        var visit = UInt64(user)
        while !Task.isCancelled, !control.isStopping {
            let intended = Moment.now
            if let duration, intended - began >= duration { return }
            guard run.report.begin(source.visitorClass(visit), limit: .max) else { return }
            let walk = Visit(journey: source.journey(visit, user: user), intended: intended, run: run)
            if thinkTime > .zero {
                // A task keeps the memory of its deepest call for as long as it lives: a visit's is given back with its
                // task, so that a user who thinks holds next to nothing.
                await withDiscardingTaskGroup { group in
                    group.addTask { await walk.walk() }
                }
            } else {
                await walk.walk()
            }
            run.report.end()
            visit += UInt64(users)
            if thinkTime > .zero, (try? await Task.sleep(for: thinkTime)) == nil { return }
        }
    }
}
