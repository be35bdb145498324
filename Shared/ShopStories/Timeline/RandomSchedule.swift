import SeededRandom

/// Incidents at times that the seed decides: each kind for its share of the run, exactly, one at a time, with quiet
/// before, between and after.
struct RandomSchedule: Sendable, Equatable {
    /// The share of the run's time for which a kind of incident lasts, all its turns together.
    let shares: [(kind: IncidentKind, share: Double)]
    /// About how long one turn is, in seconds.
    let turn: Double
    /// Seconds of quiet at least, before, between and after.
    let quiet: Double
    let intensity: Double
    let difficulty: PlannedIncident.Difficulty

    static func == (left: RandomSchedule, right: RandomSchedule) -> Bool {
        left.shares.elementsEqual(right.shares) { $0 == $1 } && left.turn == right.turn && left.quiet == right.quiet
            && left.intensity == right.intensity && left.difficulty == right.difficulty
    }

    /// The seconds that incidents and quiet need at least.
    func needed(of duration: Double) -> Double {
        let turns = turns(of: duration)
        return turns.reduce(0) { $0 + $1.length } + quiet * Double(turns.count + 1)
    }

    /// The incidents of a run.
    ///
    /// - Precondition: ``needed(of:)`` is at most the duration.
    func incidents(duration: Double, seed: UInt64) -> [PlannedIncident] {
        var random = SplitMix64(seed: seed, stream: 1 << 61)
        let turns = turns(of: duration).shuffled(using: &random)
        let spare = duration - needed(of: duration)
        precondition(spare >= 0, "The scenario's reader checks this.")
        // The spare time is cut at random places, and each piece is added to the quiet before an incident.
        let cuts = turns.map { _ in Double.random(in: 0...1, using: &random) * spare }.sorted()
        var used = 0.0
        return zip(turns, cuts).map { turn, cut in
            used += quiet
            defer { used += turn.length }
            return PlannedIncident(
                kind: turn.kind,
                start: used + cut,
                duration: turn.length,
                intensity: intensity,
                difficulty: difficulty
            )
        }
    }

    private func turns(of duration: Double) -> [(kind: IncidentKind, length: Double)] {
        shares.flatMap { kind, share in
            let total = share * duration
            let count = max(1, (total / turn).rounded())
            return Array(repeating: (kind, total / count), count: Int(count))
        }
    }
}
