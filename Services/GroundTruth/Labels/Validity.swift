import RunJournal

/// Whether the data prove that an incident hurt: the rule of docs/ground-truth.md.
struct Validity: Sendable {
    /// The fewest requests in a window that count as proof.
    static let leastRequests = 30
    /// Cohen's h of a small effect.
    static let leastEffect = 0.2
    /// The largest p-value that counts as proof.
    static let mostChance = 0.001
    /// Each step of the path is seen at least so often.
    static let leastEvidence = 3

    let series: IndicatorSeries
    let effect: EffectSize
    let firstEffect: Moment?
    /// Signs of it in the stretch before.
    let signsBefore: Int
    let instance: String?
    let path: [IncidentLabel.PathEdge]
    let affected: Int

    /// What speaks against the label; nothing when it is valid.
    var reasons: [String] {
        var reasons: [String] = []
        for (phase, name) in [(IndicatorSeries.Step.Phase.before, "before"), (.during, "during")]
        where series.total(phase) < Self.leastRequests {
            reasons.append("only \(series.total(phase)) requests \(name): at least \(Self.leastRequests) are needed")
        }
        if series.share(.before) < series.objective { reasons.append("the objective was broken before the injection") }
        if series.breach == nil { reasons.append("the objective was never broken after the injection") }
        if effect.value < Self.leastEffect {
            reasons.append("the effect is smaller than \(Self.leastEffect): h = \(effect.value)")
        }
        if effect.p > Self.mostChance { reasons.append("the effect may be chance: p = \(effect.p)") }
        if firstEffect == nil { reasons.append("no sign of the cause in the telemetry") }
        if signsBefore > 0 { reasons.append("\(signsBefore) signs of the cause before the injection") }
        if instance == nil { reasons.append("the instance is unknown") }
        for edge in path where edge.evidenceCount < Self.leastEvidence {
            let step = "\(edge.from.service) \(edge.from.operation) -> \(edge.to.service) \(edge.to.operation)"
            reasons.append("\(step) was seen \(edge.evidenceCount) times: at least \(Self.leastEvidence) are needed")
        }
        if affected < Self.leastEvidence { reasons.append("only \(affected) traces were affected") }
        return reasons
    }
}
