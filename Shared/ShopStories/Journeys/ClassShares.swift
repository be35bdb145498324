/// How often visitors of each class come.
package struct ClassShares: Sendable, Hashable {
    /// What may be written, for messages.
    package static let grammar =
        "all (which is 70/15/10/5), normal, or four whole percentages such as 70/15/10/5 for normal, error_injection, "
        + "anomaly and edge_case that add up to 100"

    /// 70 percent shop, 15 fail, 10 are odd, 5 go to extremes.
    package static let all = ClassShares([
        .normal: 70, .errorInjection: 15, .anomaly: 10, .edgeCase: 5,
    ])
    /// Only people who shop.
    package static let normal = ClassShares([.normal: 100])

    private let percentages: [JourneyClass: Int]

    private init(_ percentages: [JourneyClass: Int]) {
        self.percentages = percentages
    }

    /// Reads shares; `nil` when they are malformed or do not add up to 100.
    package init?(_ text: String) {
        switch text {
        case "all": self = .all
        case "normal": self = .normal
        default:
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
            let numbers = parts.compactMap { $0 }.filter { (0...100).contains($0) }
            guard parts.count == JourneyClass.allCases.count, numbers.count == parts.count,
                numbers.reduce(0, +) == 100
            else { return nil }
            self.init(Dictionary(uniqueKeysWithValues: zip(JourneyClass.allCases, numbers)))
        }
    }

    /// The smallest block of visits in which each class has exactly its share.
    var block: [JourneyClass] {
        let counts = JourneyClass.allCases.map { percentages[$0] ?? 0 }
        let divisor = counts.reduce(100, Self.greatestCommonDivisor)
        return zip(JourneyClass.allCases, counts).flatMap { Array(repeating: $0, count: $1 / divisor) }
    }

    private static func greatestCommonDivisor(_ one: Int, _ other: Int) -> Int {
        other == 0 ? one : greatestCommonDivisor(other, one % other)
    }
}
