import PromQL

/// Puts samples in order that come from several places.
enum SeriesMerge {
    /// The samples by time, one a time: the one that came last. What those of one time stand for is added up.
    static func ordered(
        _ timestamps: [Int64],
        _ values: [Double],
        _ weights: [UInt64]? = nil
    ) -> (timestamps: [Int64], values: [Double], weights: [UInt64]?) {
        // By time and then by place, since the sort need not be stable.
        let order = timestamps.indices.sorted { (timestamps[$0], $0) < (timestamps[$1], $1) }
        var times: [Int64] = []
        var numbers: [Double] = []
        var counts: [UInt64]? = weights == nil ? nil : []
        times.reserveCapacity(order.count)
        numbers.reserveCapacity(order.count)
        for index in order {
            if times.last == timestamps[index] {
                numbers[numbers.count - 1] = values[index]
                if let weights, let last = counts?.indices.last { counts?[last] += weights[index] }
            } else {
                times.append(timestamps[index])
                numbers.append(values[index])
                if let weights { counts?.append(weights[index]) }
            }
        }
        return (times, numbers, counts)
    }
}
