import Glibc
import ServiceKit
import ServiceLifecycle

/// One run of the load, from the first look at the catalogue to the summary.
struct LoadService: Service {
    /// How long visits may go on after the run was told to stop.
    static let grace: Duration = .seconds(2)

    let plan: LoadPlan
    let reporting: ReportOptions
    let control = LoadControl()

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await runToEnd()
        } onGracefulShutdown: {
            control.stop()
        }
    }

    private func runToEnd() async throws {
        guard let source = await source() else { return }
        let clock = WallClock()
        let began = Moment.now
        let report = LoadReport(began: began)
        var record = runRecord(clock.text(began), report)
        let truth = try plan.journalFolder.map { folder throws(TruthError) in
            try TruthFolder("\(folder)/\(record.runID)", run: record, clock: clock)
        }
        if let truth { ProgressLine.say("journal in \(truth.path)") }
        let run = LoadRun(
            seed: plan.seed,
            target: plan.target,
            slots: ConnectionSlots(plan.connections),
            sessions: ShopperSessions(),
            report: report,
            journal: truth?.journal
        )
        await withTaskGroup { beside in
            beside.addTask { await printProgress(report) }
            if let truth {
                beside.addTask { await write(truth) }
            }
            await send(source, run, from: began)
            truth?.journal.close()
            control.stop()
            while let _ = await beside.next() {}
        }
        if let truth {
            record.endedAt = clock.text(.now)
            record.take(report.final, truth.journal.counts)
            try truth.write(record)
        }
        printSummary(report)
    }

    /// Sends the load until it is over, or was stopped and its visits had their grace.
    private func send(_ source: JourneySource, _ run: LoadRun, from began: Moment) async {
        await withTaskGroup { group in
            group.addTask {
                if let closed = plan.closed {
                    await ClosedLoop(
                        run: run,
                        source: source,
                        users: closed.users,
                        thinkTime: closed.thinkTime,
                        duration: plan.duration,
                        control: control
                    ).start(from: began)
                } else {
                    await OpenLoop(
                        run: run,
                        source: source,
                        schedule: ArrivalSchedule(
                            profile: plan.arrivals.profile,
                            spacing: plan.arrivals.spacing,
                            seed: plan.seed
                        ),
                        duration: plan.duration,
                        control: control
                    ).start(from: began)
                }
            }
            group.addTask {
                await control.waitForStop()
                try? await Task.sleep(for: Self.grace)
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func write(_ truth: TruthFolder) async {
        do {
            try await truth.journal.run()
        } catch {
            ProgressLine.say("\(error) The load goes on without it.")
        }
    }

    /// The shop may still be starting: it is asked until it answers; `nil` when the run was stopped before.
    private func source() async -> JourneySource? {
        if let path = plan.path { return .request(.get("request", path), plan.population) }
        var said = false
        while !control.isStopping, !Task.isCancelled {
            do {
                return .shop(
                    JourneyPlanner(
                        seed: plan.seed,
                        catalogue: try await plan.target.catalogue(),
                        classes: plan.classes,
                        population: plan.population
                    )
                )
            } catch {
                if !said { ProgressLine.say("waiting for the shop at \(plan.target.shop)") }
                said = true
                try? await Task.sleep(for: .milliseconds(250))
            }
        }
        return nil
    }

    private func runRecord(_ startedAt: String, _ report: LoadReport) -> RunRecord {
        let stamp = startedAt.prefix(19).filter { $0 != "-" && $0 != ":" }
        return RunRecord(
            runID: "\(stamp)Z-\(plan.seed)-\(RandomIdentifier.hex(bytes: 3))",
            seed: plan.seed,
            scenario: nil,
            arrivals: plan.closed.map { "closed:\($0.users)" } ?? plan.arrivals.description,
            startedAt: startedAt,
            target: "\(plan.target.shop)",
            mix: [:],
            requests: 0,
            lateStarts: 0,
            latestStartNanoseconds: 0,
            journaled: 0,
            dropped: 0
        )
    }

    // MARK: Saying it

    /// Prints a line each interval until the load stops.
    private func printProgress(_ report: LoadReport) async {
        var next = reporting.progress
        while !control.isStopping, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(100))
            guard report.elapsed >= next else { continue }
            next += reporting.progress
            ProgressLine.say(ProgressLine.text(report.current, elapsed: report.elapsed))
        }
    }

    private func printSummary(_ report: LoadReport) {
        let state = report.final
        ProgressLine.say("done: \(ProgressLine.text(state, elapsed: report.elapsed))")
        if state.late > 0 {
            ProgressLine.say("\(state.late) starts were late, the worst by \(Milliseconds.text(state.latest))")
        }
        if state.skipped > 0 {
            ProgressLine.say("\(state.skipped) visits were not started: too many were still running")
        }
        if let error = state.lastError { ProgressLine.say("the last request without an answer: \(error)") }
    }
}

extension RunRecord {
    /// Takes over what was counted.
    mutating func take(_ state: LoadReport.State, _ journal: (written: Int, dropped: Int)) {
        for visitorClass in JourneyClass.allCases {
            mix[visitorClass.rawValue] = state.byClass[visitorClass]?.started ?? 0
        }
        requests = state.total.requests + state.triggers.requests
        lateStarts = state.late
        latestStartNanoseconds = state.latest
        journaled = journal.written
        dropped = journal.dropped
    }
}
