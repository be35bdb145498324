/// A bound that a run must stay within, such as `p99>500ms`, `error_rate>1%` or `normal:p95>=200ms`: the run fails when
/// it holds.
package struct Threshold: Sendable, Equatable, CustomStringConvertible {
    /// The figure that is compared.
    package enum Metric: Sendable, Equatable {
        /// A percentile of response times, corrected for coordinated omission.
        case response(percentile: Double)
        /// A percentile of service times.
        case service(percentile: Double)
        case maximum
        case mean
        /// The share of requests whose outcome differed from the expected one.
        case errorRate
        /// The share of requests that were answered with 5xx.
        case serverErrorRate
        /// Requests a second.
        case requestRate
        /// The share of starts that were more than 10 ms late.
        case lateRate
    }

    /// When the bound is crossed.
    package enum Comparison: String, Sendable, CaseIterable {
        case atLeast = ">="
        case atMost = "<="
        case above = ">"
        case below = "<"

        package func holds(_ value: Double, _ bound: Double) -> Bool {
            switch self {
            case .atLeast: value >= bound
            case .atMost: value <= bound
            case .above: value > bound
            case .below: value < bound
            }
        }
    }

    /// The class of visits that is looked at; `nil` for all.
    package let visitClass: String?
    package let metric: Metric
    package let comparison: Comparison
    /// Nanoseconds, a share, or a rate.
    package let bound: Double
    /// As it was written.
    package let description: String

    /// The result of a threshold.
    package struct Result: Sendable, Codable, Equatable {
        package let threshold: String
        /// Milliseconds, a share, or a rate; `nil` when nothing was counted.
        package let value: Double?
        package let crossed: Bool

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(threshold, forKey: .threshold)
            try container.encode(value, forKey: .value)
            try container.encode(crossed, forKey: .crossed)
        }
    }

    /// Evaluates a run. A threshold about requests of which there were none is not crossed.
    package func result(_ state: LoadReport.State, elapsed: Double) -> Result {
        let counts = visitClass.map { state.byClass[$0] ?? LoadCounts() } ?? state.total
        let value = value(counts, state, elapsed)
        let isTime =
            switch metric {
            case .response, .service, .maximum, .mean: true
            case .errorRate, .serverErrorRate, .requestRate, .lateRate: false
            }
        return Result(
            threshold: description,
            value: value.map { isTime ? $0 / 1e6 : $0 },
            crossed: value.map { comparison.holds($0, bound) } ?? false
        )
    }

    private func value(_ counts: LoadCounts, _ state: LoadReport.State, _ elapsed: Double) -> Double? {
        func share(_ part: Int, of whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }
        let measured = counts.responseTime.count > 0
        switch metric {
        case .response(let percentile): return measured ? Double(counts.responseTime.percentile(percentile)) : nil
        case .service(let percentile): return measured ? Double(counts.serviceTime.percentile(percentile)) : nil
        case .maximum: return measured ? Double(counts.responseTime.maximum) : nil
        case .mean: return measured ? counts.responseTime.mean : nil
        case .errorRate: return share(counts.errors, of: counts.requests)
        case .serverErrorRate: return share(counts.serverErrors, of: counts.requests)
        case .requestRate: return elapsed > 0 ? Double(counts.requests) / elapsed : nil
        case .lateRate: return share(state.late, of: state.total.started)
        }
    }
}
