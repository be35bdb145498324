/// The steps of rollups. One is named after its end, and what was at that very moment belongs to it.
enum RollupStep: Int64, CaseIterable, Sendable {
    case hour = 3_600_000
    case fiveMinutes = 300_000

    /// Milliseconds.
    var length: Int64 { rawValue }

    /// What answers say of where they come from.
    var source: String {
        switch self {
        case .hour: "rollup of 1 hour"
        case .fiveMinutes: "rollup of 5 minutes"
        }
    }

    /// Up to this length in milliseconds, a span of time is answered from what was measured itself.
    static let longestOfPoints: Int64 = 2 * 86_400_000

    /// The end of the step that a time is in.
    func end(of time: Int64) -> Int64 {
        let rest = time % length
        return rest == 0 ? time : time - rest + (rest > 0 ? length : 0)
    }

    /// The longest steps of which times and distances are multiples.
    static func longest(dividing numbers: [Int64]) -> RollupStep? {
        allCases.first { step in numbers.allSatisfy { $0 % step.length == 0 } }
    }
}
