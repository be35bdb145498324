/// A group's value at each step, while its elements come in one after the other.
struct Reduction {
    private let operation: AggregationOperator
    // One of these has a place for each step; the others stay empty.
    private var sums: [CompensatedSum] = []
    private var means: [RunningMean] = []
    private var variances: [RunningVariance] = []
    private var numbers: [Double] = []
    private var isPresent: [Bool]

    init(_ operation: AggregationOperator, steps: Int) {
        self.operation = operation
        isPresent = Array(repeating: false, count: steps)
        switch operation {
        case .sum: sums = Array(repeating: CompensatedSum(), count: steps)
        case .avg: means = Array(repeating: RunningMean(), count: steps)
        case .stddev, .stdvar: variances = Array(repeating: RunningVariance(), count: steps)
        default: numbers = Array(repeating: .absent, count: steps)
        }
    }

    mutating func add(_ values: [Double]) {
        for step in values.indices {
            let value = values[step]
            if value.isAbsent { continue }
            switch operation {
            case .sum: sums[step].add(value)
            case .avg: means[step].add(value)
            case .stddev, .stdvar: variances[step].add(value)
            case .group: numbers[step] = 1
            case .count: numbers[step] = isPresent[step] ? numbers[step] + 1 : 1
            // The absent one is a NaN too.
            case .min: if value < numbers[step] || numbers[step].isNaN { numbers[step] = value }
            case .max: if value > numbers[step] || numbers[step].isNaN { numbers[step] = value }
            default: break
            }
            isPresent[step] = true
        }
    }

    /// The values of all steps.
    var results: [Double] {
        isPresent.indices.map { step in
            guard isPresent[step] else { return .absent }
            switch operation {
            case .sum: return sums[step].value
            case .avg: return means[step].value
            case .stddev: return variances[step].value.squareRoot()
            case .stdvar: return variances[step].value
            default: return numbers[step]
            }
        }
    }
}
