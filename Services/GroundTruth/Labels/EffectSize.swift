import Glibc

/// How much a share changed: Cohen's h, and how likely chance alone does as much.
struct EffectSize: Codable, Sendable, Equatable {
    /// The measure's name.
    let measure: String
    /// Cohen's h, positive when things got worse: 2·asin(√bad during) − 2·asin(√bad before).
    ///
    /// 0.2 counts as small, 0.5 as medium and 0.8 as large (Cohen 1988, chapter 6), wherever between 0 and 1 the shares
    /// are.
    let value: Double
    /// The one-sided p-value of the pooled two-proportion z-test.
    let p: Double

    enum CodingKeys: String, CodingKey {
        case measure, value
        case p = "p_value"
    }

    init(measure: String, value: Double, p: Double) {
        self.measure = measure
        self.value = value
        self.p = p
    }

    /// Compares the share of bad requests in two windows.
    init(badBefore: Int, before: Int, badDuring: Int, during: Int) {
        let first = before == 0 ? 0 : Double(badBefore) / Double(before)
        let second = during == 0 ? 0 : Double(badDuring) / Double(during)
        let h = 2 * asin(second.squareRoot()) - 2 * asin(first.squareRoot())
        measure = "cohen_h"
        value = Self.rounded(h)
        guard before > 0, during > 0 else {
            p = 1
            return
        }
        let pooled = Double(badBefore + badDuring) / Double(before + during)
        let error = (pooled * (1 - pooled) * (1 / Double(before) + 1 / Double(during))).squareRoot()
        p = error == 0 ? 1 : 0.5 * erfc((second - first) / error / 2.0.squareRoot())
    }

    /// Rounded to four digits.
    private static func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }
}
