#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The functions of one number, by their names in PromQL.
enum Mathematics {
    static let functions: [String: @Sendable (Double) -> Double] = [
        "abs": { $0.magnitude },
        "acos": { acos($0) },
        "acosh": { acosh($0) },
        "asin": { asin($0) },
        "asinh": { asinh($0) },
        "atan": { atan($0) },
        "atanh": { atanh($0) },
        "ceil": { $0.rounded(.up) },
        "cos": { cos($0) },
        "cosh": { cosh($0) },
        "deg": { $0 * 180 / .pi },
        "exp": { exp($0) },
        "floor": { $0.rounded(.down) },
        "ln": { log($0) },
        "log10": { log10($0) },
        "log2": { log2($0) },
        "rad": { $0 * .pi / 180 },
        "sgn": { $0 < 0 ? -1 : $0 > 0 ? 1 : $0 },
        "sin": { sin($0) },
        "sinh": { sinh($0) },
        "sqrt": { $0.squareRoot() },
        "tan": { tan($0) },
        "tanh": { tanh($0) },
    ]

    static func power(_ base: Double, _ exponent: Double) -> Double {
        pow(base, exponent)
    }

    static func remainder(_ dividend: Double, _ divisor: Double) -> Double {
        fmod(dividend, divisor)
    }

    static func angle(_ y: Double, _ x: Double) -> Double {
        atan2(y, x)
    }

    /// The greater one; NaN where either is, unless the other is infinite.
    static func greater(_ one: Double, _ other: Double) -> Double {
        if one == .infinity || other == .infinity { return .infinity }
        return one.isNaN || other.isNaN ? .nan : max(one, other)
    }

    /// The smaller one; NaN where either is, unless the other is infinite.
    static func smaller(_ one: Double, _ other: Double) -> Double {
        if one == -.infinity || other == -.infinity { return -.infinity }
        return one.isNaN || other.isNaN ? .nan : min(one, other)
    }
}

/// A sum that keeps what rounding takes from it (Kahan's, as Neumaier improved it).
struct CompensatedSum {
    private(set) var sum: Double
    private(set) var lost: Double

    init(_ sum: Double = 0, lost: Double = 0) {
        self.sum = sum
        self.lost = lost
    }

    var value: Double {
        sum.isInfinite ? sum : sum + lost
    }

    mutating func add(_ value: Double) {
        let total = sum + value
        if total.isInfinite {
            lost = 0
        } else if sum.magnitude >= value.magnitude {
            lost += (sum - total) + value
        } else {
            lost += (value - total) + sum
        }
        sum = total
    }
}

/// A quantile of values, linear between the two nearest.
enum Quantile {
    static func of(_ values: inout [Double], _ share: Double) -> Double {
        if values.isEmpty || share.isNaN { return .nan }
        if share < 0 { return -.infinity }
        if share > 1 { return .infinity }
        values.sort { $0 < $1 || ($0.isNaN && !$1.isNaN) }
        let rank = share * Double(values.count - 1)
        let lower = max(0, rank.rounded(.down))
        let upper = min(Double(values.count - 1), lower + 1)
        let weight = rank - rank.rounded(.down)
        return values[Int(lower)] * (1 - weight) + values[Int(upper)] * weight
    }
}
