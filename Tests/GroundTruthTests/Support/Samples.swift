import RunJournal

@testable import GroundTruth

/// A label as the labeller would write it, for comparing answers with.
func label(
    question: String = "q1",
    scenario: String = "visa_cache_full",
    root: [IncidentLabel.RootCause] = [.visaCache],
    path: [IncidentLabel.PathEdge] = .visaPath,
    firstEffect: Moment? = Moment("2026-11-21T09:37:48.000000000Z"),
    t: IncidentLabel.Times? = nil,
    valid: Bool = true
) -> IncidentLabel {
    IncidentLabel(
        incidentID: "run-1-\(question)",
        question: question,
        runID: "run-1",
        scenario: scenario,
        runScenario: nil,
        seed: 1,
        difficulty: "easy",
        intensity: 1,
        t: t ?? .init(injected: firstEffect, firstEffect: firstEffect, sliBreach: nil, cleared: nil, recovered: nil),
        root: root,
        path: path,
        scope: nil,
        impact: nil,
        necessarySignals: [],
        distractors: [],
        aliases: ServiceAliases.all,
        valid: valid,
        reasons: []
    )
}

/// A label of a stretch in which nothing was broken.
func control() -> IncidentLabel {
    label(scenario: "calm", root: [], path: [], firstEffect: nil)
}

extension IncidentLabel.RootCause {
    static let visaCache = Self(
        service: "payment-service",
        instance: "i-1",
        operation: "POST /process",
        mechanism: "cache_without_eviction",
        kind: "state/capacity"
    )
    static let pool = Self(
        service: "inventory-service",
        instance: "i-2",
        operation: "stock_valuation_report",
        mechanism: "connection_pool_exhaustion",
        kind: "resource/saturation"
    )
}

extension [IncidentLabel.PathEdge] {
    static let visaPath: Self = [
        .init(.process, .processPayment),
        .init(.processPayment, .checkout),
    ]
}

extension IncidentLabel.PathEdge {
    init(_ from: IncidentLabel.Node, _ to: IncidentLabel.Node) {
        self.init(from: from, to: to, effect: "http_500", lagMilliseconds: 1, evidenceSQL: "SELECT 1", evidenceCount: 9)
    }
}

extension IncidentLabel.Node {
    static let process = Self(service: "payment-service", operation: "POST /process")
    static let processPayment = Self(service: "sample-ecommerce-app", operation: "process_payment")
    static let checkout = Self(service: "sample-ecommerce-app", operation: "POST /checkout")
}

extension Answer {
    /// Everything right about ``label(question:scenario:root:path:firstEffect:valid:)``.
    static let right = Answer(
        question: "q1",
        root: [
            .init(
                service: "payment-service",
                instance: "i-1",
                operation: "POST /process",
                mechanism: "cache_without_eviction"
            )
        ],
        path: [.init(from: .process, to: .processPayment), .init(from: .processPayment, to: .checkout)],
        times: .init(onset: Moment("2026-11-21T09:37:50.500000000Z"))
    )
}
