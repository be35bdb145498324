import HTTPCore
import LoadEngine
import RunJournal
import ServiceKit
import ServiceLifecycle
import ShopStories

/// One run of the load, from the first look at the catalogue to the summary.
struct LoadService: Service {
    /// How long visits may go on after the run was told to stop.
    static let grace: Duration = .seconds(2)

    let plan: LoadPlan
    let reporting: ReportOptions
    let control = LoadControl()

    /// Runs to the end.
    ///
    /// - Throws: ``ThresholdsCrossed``; ``FaultAdminError``, ``OutputError`` or ``ShopSilent`` when the run could not
    ///   be made, or not be written down, as was asked.
    func run() async throws {
        try await withGracefulShutdownHandler {
            try await runToEnd()
        } onGracefulShutdown: {
            control.stop()
        }
    }

    private func runToEnd() async throws {
        guard let shelf = try await shelf() else { return }
        let clock = WallClock()
        let began = Instant.now
        let report = LoadReport(began: began, classes: JourneyClass.names)
        var record = runRecord(clock.moment(began))
        let truth = try plan.journalFolder.map { folder throws(OutputError) in
            try TruthFolder("\(folder)/\(record.runID)", run: record, clock: clock)
        }
        let run = ShopRun(
            seed: plan.seed,
            target: plan.target,
            slots: ConnectionSlots(plan.connections),
            sessions: ShopperSessions(),
            report: report,
            journal: truth?.journal
        )
        let incidents = IncidentLog()
        let injector = injector(run, truth, clock, record.runID, shelf.catalogue, incidents)
        try await injector?.check()
        let named = plan.scenario.map { scenario in
            NamedVisits(scenario: scenario, run: run, catalogue: shelf.catalogue, control: control)
        }
        if plan.leavesNamedVisitors, let truth { try named?.leave(in: truth, clock: clock, from: began) }
        let server = try controlServer(report)
        if let truth { Output.say("journal in \(truth.path)") }
        if let server { Output.say("control on http://\(server.localAddress)") }

        let failure = await withTaskGroup(of: (any Error)?.self) { beside in
            beside.addTask { await tell(report, incidents) }
            if let truth { beside.addTask { await write(truth) } }
            if let injector { beside.addTask { await caught { try await injector.start(from: began) } } }
            if !plan.leavesNamedVisitors, let named {
                beside.addTask {
                    await named.start(from: began)
                    return nil
                }
            }
            beside.addTask { await serve(server) }
            await send(shelf.source, run, from: began)
            truth?.journal.close()
            control.stop()
            return await beside.reduce(nil) { $0 ?? $1 }
        }
        let elapsed = report.elapsed
        let state = report.final
        record.endedAt = clock.moment(.now)
        record.take(state, truth?.journal.counts ?? (0, 0))
        try truth?.write(record)
        let summary = RunSummary(
            run: record,
            load: LoadSummary(
                state: state,
                elapsed: elapsed,
                classes: report.classes,
                thresholds: reporting.thresholds
            ),
            state: state,
            incidents: reporting.showTruth ? incidents.finished : nil
        )
        try finish(summary, state)
        if let failure { throw failure }
        let crossed = summary.load.thresholds.filter(\.crossed).map(\.threshold)
        if !crossed.isEmpty { throw ThresholdsCrossed(thresholds: crossed) }
    }

    /// Sends the load until it is over, or was stopped and its visits had their grace.
    private func send(_ source: JourneySource, _ run: ShopRun, from began: Instant) async {
        await withTaskGroup { group in
            group.addTask {
                if let closed = plan.closed {
                    await ClosedLoop(
                        ShopVisits(source, run: run),
                        report: run.report,
                        users: closed.users,
                        thinkTime: closed.thinkTime,
                        duration: plan.duration,
                        control: control
                    ).start(from: began)
                } else {
                    await OpenLoop(
                        ShopVisits(source, run: run),
                        report: run.report,
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

    private func write(_ truth: TruthFolder) async -> (any Error)? {
        let failure = await caught { try await truth.journal.run() }
        if let failure { Output.say("\(failure) The load goes on without its journal.") }
        return failure
    }

    private func serve(_ server: HTTPServer?) async -> (any Error)? {
        guard let server else { return nil }
        return await withTaskGroup(of: (any Error)?.self) { group in
            group.addTask { await caught { try await server.run() } }
            group.addTask {
                await control.waitForStop()
                return nil
            }
            let failure = await group.next() ?? nil
            group.cancelAll()
            return failure
        }
    }

    private func caught(_ work: () async throws -> Void) async -> (any Error)? {
        do {
            try await work()
            return nil
        } catch {
            return error is CancellationError ? nil : error
        }
    }

    // MARK: Before it starts

    /// The shop's catalogue. The shop may still be starting, so this is repeated until it answers or the given time is
    /// over.
    ///
    /// - Returns: `nil` when the run was stopped before the shop answered.
    private func shelf() async throws -> (source: JourneySource, catalogue: Catalogue)? {
        if let path = plan.path {
            return (.request(.get("request", path), plan.population), Catalogue(products: []))
        }
        let end = plan.waitForShop.map { Instant.now + $0 }
        var said = false
        while !control.isStopping, !Task.isCancelled {
            do {
                let catalogue = try await plan.target.catalogue()
                let planner = JourneyPlanner(
                    seed: plan.seed,
                    catalogue: catalogue,
                    classes: plan.classes,
                    population: plan.population
                )
                return (.shop(planner), catalogue)
            } catch {
                if let end, Instant.now >= end { throw ShopSilent(shop: plan.target.shop, reason: "\(error)") }
                if !said { Output.say("waiting for the shop at \(plan.target.shop)") }
                said = true
                try? await Task.sleep(for: .milliseconds(250))
            }
        }
        return nil
    }

    private func injector(
        _ run: ShopRun,
        _ truth: TruthFolder?,
        _ clock: WallClock,
        _ runID: String,
        _ catalogue: Catalogue,
        _ incidents: IncidentLog
    ) -> Injector? {
        guard let scenario = plan.scenario, !(scenario.incidents.isEmpty && scenario.changes.isEmpty) else {
            return nil
        }
        return Injector(
            scenario: scenario,
            timeScale: plan.timeScale,
            runID: runID,
            run: run,
            admin: plan.admin,
            truth: truth,
            clock: clock,
            catalogue: catalogue,
            population: plan.population,
            control: control,
            log: incidents,
            complain: Output.say
        )
    }

    private func controlServer(_ report: LoadReport) throws -> HTTPServer? {
        guard let port = reporting.controlPort else { return nil }
        var configuration = HTTPServer.Configuration()
        configuration.host = "127.0.0.1"
        configuration.port = port
        configuration.maximumConnections = 64
        let routes = ControlRoutes(control: control, report: report, hasRate: plan.closed == nil)
        return try HTTPServer(configuration: configuration, responder: routes.router())
    }

    private func runRecord(_ startedAt: Moment) -> RunRecord {
        let stamp = startedAt.text.prefix(19).filter { $0 != "-" && $0 != ":" }
        return RunRecord(
            runID: "\(stamp)Z-\(plan.seed)-\(RandomIdentifier.hex(bytes: 3))",
            seed: plan.seed,
            scenario: plan.scenario?.name,
            arrivals: plan.closed.map { "closed:\($0.users)" } ?? plan.arrivals.description,
            startedAt: startedAt,
            target: "\(plan.target.shop)",
            counts: RunRecord.Counts()
        )
    }
}

/// The shop did not answer within the time that was allowed for it to start.
struct ShopSilent: Error, CustomStringConvertible {
    let shop: Origin
    let reason: String

    var description: String { "The shop at \(shop) does not answer: \(reason) Start it, or give another --target." }
}

/// The run crossed at least one threshold.
struct ThresholdsCrossed: Error, CustomStringConvertible {
    let thresholds: [String]

    var description: String { "Crossed: \(thresholds.joined(separator: ", "))." }
}

extension RunRecord {
    /// Takes over what was counted.
    mutating func take(_ state: LoadReport.State, _ journal: (written: Int, dropped: Int)) {
        var counts = Counts()
        for name in JourneyClass.names { counts.mix[name] = state.byClass[name]?.started ?? 0 }
        counts.requests = state.total.requests + state.beside.requests
        counts.lateStarts = state.late
        counts.latestStartNanoseconds = state.latest
        counts.journaled = journal.written
        counts.dropped = journal.dropped
        self.counts = counts
    }
}
