import ClickHouseHTTP
import RunJournal

/// Makes labels of the load generator's injections, each proven by the telemetry.
struct Labeller: Sendable {
    let clickHouse: ClickHouseClient

    /// The labels of a run: one an incident, or a single control where there was none.
    ///
    /// - Parameter end: The last moment of the run.
    func labels(of run: RunRecord, _ injections: [Injection], end: Moment) async throws -> [IncidentLabel] {
        guard !injections.isEmpty else { return [try await Control(run: run, end: end).label(clickHouse)] }
        var labels: [IncidentLabel] = []
        for (index, windows) in Windows.of(injections, in: run, end: end).enumerated() {
            let question = "q\(index + 1)"
            labels.append(try await label(injections[index], question, of: run, windows, beside: injections))
        }
        return labels
    }

    private func label(
        _ injection: Injection,
        _ question: String,
        of run: RunRecord,
        _ windows: Windows,
        beside injections: [Injection]
    ) async throws -> IncidentLabel {
        let definition = try IncidentDefinition.named(injection.name)
        let proof = Proof(definition: definition, windows: windows, clickHouse: clickHouse)
        let series = try await proof.indicator()
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
            affected: scope.affectedTraceCount,
            overlapping: injections.filter { other in
                other.incidentID != injection.incidentID
                    && other.startedAt < (injection.endedAt ?? windows.until)
                    && (other.endedAt ?? windows.until) > injection.startedAt
            }.map(\.incidentID)
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
                recovered: series.recovery(cleared: windows.cleared, injected: windows.injected)
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
}

/// Other names of the services.
enum ServiceAliases {
    static let all: [[String]] = [
        ["inventory-service", "inventory"],
        ["payment-service", "payment"],
        ["sample-ecommerce-app", "shop", "storefront", "frontend"],
    ]
}
