import ClickHouseHTTP
import RunJournal

/// Makes labels of the load generator's injections, each proven by the telemetry.
struct Labeller: Sendable {
    let clickHouse: ClickHouseClient

    /// The labels of a run: one an incident, one for incidents that overlap, or a single control where there was none.
    ///
    /// - Parameters:
    ///   - changes: What was changed beside the incidents. Each becomes a distractor of the labels that it overlaps with,
    ///     and makes those void that it did harm to.
    ///   - end: The last moment of the run.
    func labels(
        of run: RunRecord,
        _ injections: [Injection],
        changes: [Change] = [],
        end: Moment
    ) async throws -> [IncidentLabel] {
        guard !injections.isEmpty else { return [try await Control(run: run, end: end).label(clickHouse)] }
        var labels: [IncidentLabel] = []
        let stretches = zip(Windows.groups(of: injections, end: end), Windows.of(injections, in: run, end: end))
        for (index, (group, windows)) in stretches.enumerated() {
            let question = "q\(index + 1)"
            var parts: [IncidentLabel] = []
            for injection in group { parts.append(try await label(injection, question, of: run, windows)) }
            var label = parts.count == 1 ? parts[0] : try await together(parts, windows)
            for change in changes {
                if let proof = try ChangeProof(change: change, windows: windows, clickHouse: clickHouse) {
                    label = try await proof.beside(label)
                }
            }
            labels.append(label)
        }
        return labels
    }

    /// - Parameter group: The stretches of all incidents that overlap with this one, and of itself: what users saw in
    ///   them is the impact of all together, while signs and steps of the way are this one's own.
    private func label(
        _ injection: Injection,
        _ question: String,
        of run: RunRecord,
        _ group: Windows
    ) async throws -> IncidentLabel {
        let definition = try IncidentDefinition.named(injection.name)
        let windows = group.of(injection)
        let proof = Proof(definition: definition, windows: windows, clickHouse: clickHouse)
        let series = try await Proof(definition: definition, windows: group, clickHouse: clickHouse).indicator()
        let (first, instance, early) = try await proof.firstEffect()
        let operation = try await proof.rootOperation()
        let path = try await proof.path(from: operation)
        let scope = try await proof.scope()
        let impact = try proof.impact(series)
        let validity = Validity(
            series: series,
            effect: impact.effect,
            firstEffect: first,
            signsBefore: early,
            instance: instance,
            path: path,
            affected: scope.affectedTraceCount
        )
        let root = definition.facts.root
        return IncidentLabel(
            incidentID: injection.incidentID,
            question: question,
            runID: run.runID,
            scenario: injection.name,
            runScenario: injection.scenario ?? run.scenario,
            seed: injection.seed,
            difficulty: injection.difficulty,
            intensity: injection.intensity,
            t: .init(
                injected: injection.startedAt,
                firstEffect: first,
                sliBreach: series.breach,
                cleared: windows.cleared,
                recovered: series.recovery(cleared: group.cleared, injected: group.injected)
            ),
            root: [
                .init(
                    service: root.service,
                    instance: instance,
                    operation: operation,
                    mechanism: root.mechanism,
                    alsoCalled: root.alsoCalled,
                    kind: root.kind
                )
            ],
            path: path,
            scope: scope,
            impact: impact,
            necessarySignals: definition.facts.necessarySignals,
            distractors: try await proof.distractors(),
            aliases: ServiceAliases.all,
            valid: validity.reasons.isEmpty,
            reasons: validity.reasons,
            made: run.made
        )
    }

    /// One label of several incidents at a time: every cause, every way, and the impact of all of them. It is valid when
    /// each of them is proven.
    private func together(_ parts: [IncidentLabel], _ windows: Windows) async throws -> IncidentLabel {
        let first = parts[0]
        let recoveries = parts.compactMap(\.t.recovered)
        return IncidentLabel(
            incidentID: parts.map(\.incidentID).joined(separator: "+"),
            question: first.question,
            runID: first.runID,
            scenario: parts.map(\.scenario).joined(separator: "+"),
            runScenario: first.runScenario,
            seed: first.seed,
            difficulty: first.difficulty,
            intensity: nil,
            t: .init(
                injected: windows.injected,
                firstEffect: parts.compactMap(\.t.firstEffect).min(),
                sliBreach: parts.compactMap(\.t.sliBreach).min(),
                cleared: windows.cleared,
                recovered: recoveries.count == parts.count ? recoveries.max() : nil
            ),
            root: parts.flatMap(\.root),
            path: parts.flatMap(\.path),
            scope: try await scope(of: parts.compactMap(\.scope)),
            impact: parts.compactMap(\.impact).max { $0.effect.value < $1.effect.value },
            necessarySignals: Set(parts.flatMap(\.necessarySignals)).sorted(),
            distractors: parts.flatMap(\.distractors),
            aliases: first.aliases,
            valid: parts.allSatisfy(\.valid),
            reasons: parts.flatMap { part in part.reasons.map { "\(part.scenario): \($0)" } },
            made: first.made
        )
    }

    private func scope(of parts: [IncidentLabel.Scope]) async throws -> IncidentLabel.Scope {
        struct Row: Decodable { let affected: Int }
        let sql = parts.map(\.sql).joined(separator: "\nUNION DISTINCT\n")
        let row: Row = try await clickHouse.row("SELECT uniqExact(trace_id) AS affected FROM\n(\n\(sql)\n)")
        return IncidentLabel.Scope(
            predicate: parts.map(\.predicate).joined(separator: "; or "),
            // Of the requests of one kind: the kinds may differ, and so nothing is added.
            share: parts.map(\.share).max() ?? 0,
            affectedTraceCount: row.affected,
            sql: sql
        )
    }
}

/// Other names of the services.
enum ServiceAliases {
    static let all: [[String]] = [
        ["inventory-service", "inventory"],
        ["payment-service", "payment"],
        ["sample-ecommerce-app", "shop", "storefront", "frontend"],
    ]
}
