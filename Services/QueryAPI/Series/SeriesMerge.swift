import PromQL

/// Puts samples in order that come from several places.
enum SeriesMerge {
    /// The samples by time, one a time: the one that came last.
    static func ordered(_ timestamps: [Int64], _ values: [Double]) -> (timestamps: [Int64], values: [Double]) {
        // By time and then by place, since the sort need not be stable.
        let order = timestamps.indices.sorted { (timestamps[$0], $0) < (timestamps[$1], $1) }
        var times: [Int64] = []
        var numbers: [Double] = []
        times.reserveCapacity(order.count)
        numbers.reserveCapacity(order.count)
        for index in order {
            if times.last == timestamps[index] {
                numbers[numbers.count - 1] = values[index]
            } else {
                times.append(timestamps[index])
                numbers.append(values[index])
            }
        }
        return (times, numbers)
    }
}
