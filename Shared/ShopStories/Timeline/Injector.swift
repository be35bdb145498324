package import LoadEngine
import RunJournal

/// Runs a scenario's incidents and changes at their times and records them.
package struct Injector: Sendable {
    /// How long a weakness would stay armed beyond its time, in seconds, if this process were killed before it disarmed
    /// it.
    package static let timeToLiveReserve = 15.0

    /// The scenario as it runs, compressed already.
    package let scenario: Scenario
    package let timeScale: Double
    package let runID: String
    package let run: ShopRun
    /// `nil` where nothing has to be armed.
    package let admin: FaultAdmin?
    package let truth: TruthFolder?
    package let clock: WallClock
    package let catalogue: Catalogue
    package let population: Population
    package let control: LoadControl
    package let log: IncidentLog
    /// Told what goes wrong while the load goes on, in a line.
    package let complain: @Sendable (String) -> Void

    /// Creates an injector; nothing happens before ``start(from:)``.
    package init(
        scenario: Scenario,
        timeScale: Double,
        runID: String,
        run: ShopRun,
        admin: FaultAdmin?,
        truth: TruthFolder?,
        clock: WallClock,
        catalogue: Catalogue,
        population: Population,
        control: LoadControl,
        log: IncidentLog,
        complain: @escaping @Sendable (String) -> Void
    ) {
        self.scenario = scenario
        self.timeScale = timeScale
        self.runID = runID
        self.run = run
        self.admin = admin
        self.truth = truth
        self.clock = clock
        self.catalogue = catalogue
        self.population = population
        self.control = control
        self.log = log
        self.complain = complain
    }

    /// Checks that all incidents and changes can be run.
    ///
    /// - Throws: ``FaultAdminError``.
    package func check() async throws(FaultAdminError) {
        for incident in scenario.incidents where incident.kind.mechanism == .armed {
            try await admin?.check(incident.kind.control)
        }
        for change in scenario.changes { try await admin?.check(change.kind.control) }
    }

    /// Runs the timeline to its end, or until the load stops. Every weakness that was armed is disarmed. A scenario
    /// that repeats ends with the load only.
    ///
    /// - Throws: ``FaultAdminError``, ``OutputError``: the first incident that could not be made or written down; the
    ///   others go on.
    package func start(from began: Instant) async throws {
        var failure: (any Error)?
        var (round, count) = (0, 0)
        repeat {
            let incidents = scenario.incidents(ofRound: round).enumerated().map { index, incident in
                Event.incident(incident, number: count + index)
            }
            let changes = scenario.changes(ofRound: round).enumerated().map { index, change in
                Event.change(change, number: round * scenario.changes.count + index)
            }
            let failed = await bringAbout(incidents + changes, from: began)
            failure = failure ?? failed
            count += incidents.count
            round += 1
        } while scenario.repeats && !(scenario.incidents.isEmpty && scenario.changes.isEmpty)
            && !control.isStopping && !Task.isCancelled
        if let failure { throw failure }
    }

    /// What a round holds.
    private enum Event {
        case incident(PlannedIncident, number: Int)
        case change(PlannedChange, number: Int)
    }

    private enum Ended {
        case event((any Error)?)
        /// The whole load is over.
        case load
    }

    /// Makes the incidents and changes of a round; returns the first failure.
    private func bringAbout(_ events: [Event], from began: Instant) async -> (any Error)? {
        await withTaskGroup(of: Ended.self) { group in
            for event in events {
                group.addTask {
                    do {
                        switch event {
                        case .incident(let incident, let number):
                            try await inject(incident, number: number, from: began)
                        case .change(let change, let number):
                            try await make(change, number: number, from: began)
                        }
                        return .event(nil)
                    } catch {
                        complain("\(error)")
                        return .event(error)
                    }
                }
            }
            group.addTask {
                await control.waitForStop()
                return .load
            }
            var left = events.count
            var failure: (any Error)?
            while left > 0, let ended = await group.next() {
                switch ended {
                case .load: group.cancelAll()
                case .event(let error):
                    left -= 1
                    failure = failure ?? error
                }
            }
            group.cancelAll()
            return failure
        }
    }

    private func inject(_ incident: PlannedIncident, number: Int, from began: Instant) async throws {
        guard await sleep(until: began + .seconds(incident.start)) else { return }
        let id = "\(runID)-\(number + 1)"
        let strength = incident.kind.armedIntensity(
            incident.intensity,
            timeScale: timeScale,
            duration: incident.duration
        )
        let timeToLive = Int((incident.duration + Self.timeToLiveReserve).rounded(.up))
        if let strength, let admin { try await arm(incident.kind.control, strength, seconds: timeToLive, admin) }
        let started = Instant.now
        log.begin(incident.kind)
        await sendTriggers(incident, id, number, from: started)
        _ = await sleep(until: began + .seconds(incident.end))
        // Weaknesses are disarmed also when this task was cancelled.
        let ended = await Task {
            guard strength != nil, let admin else { return Instant.now }
            return await disarm(incident.kind.control, admin, endsByItself: started + .seconds(Double(timeToLive)))
        }.value
        let record = Injection(
            incidentID: id,
            name: incident.kind.rawValue,
            seed: run.seed,
            scenario: scenario.name,
            difficulty: incident.difficulty.rawValue,
            intensity: incident.intensity,
            startedAt: clock.moment(started),
            endedAt: clock.moment(ended),
            service: incident.kind.service.rawValue,
            mechanism: incident.kind.mechanism
        )
        log.end(incident.kind, record)
        try truth?.append(record)
    }

    private func make(_ change: PlannedChange, number: Int, from began: Instant) async throws {
        guard let admin, await sleep(until: began + .seconds(change.start)) else { return }
        let timeToLive = Int((change.duration + Self.timeToLiveReserve).rounded(.up))
        try await arm(change.kind.control, max(0.01, change.share), seconds: timeToLive, admin)
        let started = Instant.now
        _ = await sleep(until: began + .seconds(change.end))
        // Taken back also when this task was cancelled.
        let ended = await Task {
            await disarm(change.kind.control, admin, endsByItself: started + .seconds(Double(timeToLive)))
        }.value
        try truth?.append(
            Change(
                changeID: "\(runID)-change-\(number + 1)",
                name: change.kind.rawValue,
                seed: run.seed,
                scenario: scenario.name,
                share: change.share,
                startedAt: clock.moment(started),
                endedAt: clock.moment(ended),
                service: change.kind.service.rawValue
            )
        )
    }

    /// Disarms a weakness. Its service may be too busy to answer, or restarting, so this is repeated until it answers,
    /// or until the weakness has ended by itself.
    ///
    /// - Returns: When it ended.
    private func disarm(_ control: ControlSwitch, _ admin: FaultAdmin, endsByItself: Instant) async -> Instant {
        while true {
            do {
                try await admin.disarm(control)
                return .now
            } catch {
                if Instant.now >= endsByItself { return endsByItself }
                try? await Task.sleep(for: .milliseconds(250))
            }
        }
    }

    /// Arms a weakness; its service may be starting again, so it is tried three times.
    private func arm(
        _ control: ControlSwitch,
        _ strength: Double,
        seconds: Int,
        _ admin: FaultAdmin
    ) async throws {
        for attempt in 1...3 {
            do {
                return try await admin.arm(control, intensity: strength, seconds: seconds)
            } catch {
                if attempt == 3 { throw error }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func sendTriggers(_ incident: PlannedIncident, _ id: String, _ number: Int, from started: Instant) async {
        let traffic = TriggerTraffic(
            incident: incident,
            incidentID: id,
            number: number,
            seed: run.seed,
            catalogue: catalogue,
            population: population
        )
        await withDiscardingTaskGroup { visits in
            for arrival in traffic.arrivals() {
                let intended = started + .seconds(arrival.after)
                guard await sleep(until: intended) else { break }
                run.report.beginBeside()
                visits.addTask { await Visit(journey: arrival.journey, intended: intended, run: run).walk() }
            }
        }
    }

    /// `false` when the task was cancelled before.
    private func sleep(until moment: Instant) async -> Bool {
        let left = moment - .now
        guard left > 0 else { return !Task.isCancelled }
        return (try? await Task.sleep(for: .nanoseconds(left))) != nil
    }
}
