import PromQL

/// How many lines, or bytes of lines, series have in intervals.
struct LineTally {
    /// The intervals of a series that have lines.
    struct Series {
        let labels: Labels
        fileprivate(set) var intervals: [Int] = []
        fileprivate(set) var counts: [UInt64] = []

        /// The sum of so many intervals from each step on, `nil` where there is no line in them.
        ///
        /// - Parameters:
        ///   - steps: How many steps there are.
        ///   - stride: How many intervals lie between two steps.
        ///   - width: How many intervals belong to a step.
        func sums(steps: Int, stride: Int, width: Int) -> [Double?] {
            let order = intervals.indices.sorted { intervals[$0] < intervals[$1] }
            var (first, last) = (0, 0)
            var sum: UInt64 = 0
            return (0..<steps).map { step in
                let start = step * stride
                while last < order.count, intervals[order[last]] < start + width {
                    sum += counts[order[last]]
                    last += 1
                }
                while first < last, intervals[order[first]] < start {
                    sum -= counts[order[first]]
                    first += 1
                }
                return first < last ? Double(sum) : nil
            }
        }
    }

    let stride: Int
    let width: Int
    private(set) var series: [Series] = []
    private let countsBytes: Bool
    private let limits: LogQLLimits
    private var indices: [Labels: Int] = [:]
    private var places = 0

    init(stride: Int, width: Int, countsBytes: Bool, limits: LogQLLimits) {
        (self.stride, self.width, self.countsBytes, self.limits) = (stride, width, countsBytes, limits)
    }

    /// Puts the series in the order of their labels: a source that counts hands them over in any.
    mutating func sort() {
        series.sort { $0.labels < $1.labels }
        for (index, each) in series.enumerated() { indices[each.labels] = index }
    }

    mutating func add(_ count: LogCount) throws(LogQLError) {
        let number = countsBytes ? count.bytes : count.lines
        let index: Int
        if let known = indices[count.labels] {
            index = known
        } else {
            index = series.count
            guard index < limits.series else { throw .tooManySeries(limits.series) }
            indices[count.labels] = index
            series.append(Series(labels: count.labels))
        }
        if series[index].intervals.last == count.interval {
            series[index].counts[series[index].counts.count - 1] += number
            return
        }
        places += 1
        guard places <= limits.samples else { throw .tooManySamples }
        series[index].intervals.append(count.interval)
        series[index].counts.append(number)
    }
}

extension LogQLError {
    static func tooManySeries(_ most: Int) -> LogQLError {
        LogQLError(
            "the query makes more than \(most) series: aggregate by fewer labels, as in sum by (service_name) (...)",
            .limit
        )
    }

    static let tooManySamples = LogQLError(
        "query processing would load too many samples into memory: ask for a shorter range, or a longer step",
        .limit
    )
}
