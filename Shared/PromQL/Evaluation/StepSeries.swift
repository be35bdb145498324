/// A series with a place for each step of a grid; `Double.absent` stands where there is no sample.
struct StepSeries {
    var labels: Labels
    var values: [Double]

    var isEmpty: Bool {
        values.allSatisfy(\.isAbsent)
    }

    /// Maps the samples that are there. The function's NaN never has the bits of an absent one.
    mutating func update(_ change: (Double, Int) -> Double) {
        for index in values.indices where !values[index].isAbsent {
            values[index] = change(values[index], index)
        }
    }
}

/// Takes series one at a time.
///
/// A class and not a closure: given closures, the optimizer of Swift 6.3 makes copies of the asynchronous functions that
/// call each other here, and crashes.
final class SeriesSink {
    private let take: (StepSeries) throws -> Void

    init(_ take: @escaping (StepSeries) throws -> Void) {
        self.take = take
    }

    func callAsFunction(_ series: StepSeries) throws {
        try take(series)
    }
}

/// Series of one grid by their labels: pieces with the same labels become one, and must not overlap.
struct SeriesCollector {
    private(set) var series: [StepSeries] = []
    private var indices: [Labels: Int] = [:]

    var overlapError = EvaluationError.sameLabels

    mutating func add(_ piece: StepSeries) throws(EvaluationError) {
        guard let index = indices[piece.labels] else {
            indices[piece.labels] = series.count
            series.append(piece)
            return
        }
        for step in piece.values.indices where !piece.values[step].isAbsent {
            guard series[index].values[step].isAbsent else { throw overlapError }
            series[index].values[step] = piece.values[step]
        }
    }
}

/// Sees to it that no two series have the same labels, where labels were taken away.
struct DistinctLabels {
    private var seen: [Labels: [Bool]] = [:]

    /// Pieces with the same labels may follow each other, at other steps.
    mutating func insert(_ piece: StepSeries) throws(EvaluationError) {
        let presence = piece.values.map { !$0.isAbsent }
        guard var before = seen[piece.labels] else {
            seen[piece.labels] = presence
            return
        }
        for step in presence.indices where presence[step] {
            guard !before[step] else { throw EvaluationError.sameLabels }
            before[step] = true
        }
        seen[piece.labels] = before
    }

    /// There may be one series with these labels.
    mutating func insertOnce(_ labels: Labels) throws(EvaluationError) {
        guard seen.updateValue([], forKey: labels) == nil else { throw EvaluationError.sameLabels }
    }
}
