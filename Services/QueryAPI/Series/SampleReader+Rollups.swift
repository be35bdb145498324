import ClickHouseHTTP
import PromQL

extension SampleResolution {
    /// Milliseconds between two samples, by and large: points come every ten seconds, and of a step there are at most three.
    var spacing: Int64 {
        switch self {
        case .points: 10_000
        case .rollup(let step, _): step.length / 3
        }
    }

    /// The span of which steps or points are read: the steps that it touches.
    func touched(by span: TimeSpan) -> TimeSpan {
        switch self {
        case .points: span
        case .rollup(let step, _): TimeSpan(from: span.from, through: step.end(of: span.through))
        }
    }
}

/// Rollups: a step of a series becomes one sample, or two or three, which stand for all of its points.
extension SampleReader {
    private static let rolledFilter: SQL = """
        WHERE (empty({metrics:Array(String)}) OR MetricName IN {metrics:Array(String)})
          AND Time > toDateTime(intDiv({from:Int64} - 1, 1000), 'UTC')
          AND Time <= toDateTime(intDiv({through:Int64}, 1000), 'UTC')
          AND SeriesId >= {low:UInt64} AND SeriesId <= {high:UInt64}
          AND (empty({ids:Array(UInt64)}) OR SeriesId IN {ids:Array(UInt64)})
        """

    /// The statement that reads a part of metrics of one kind.
    ///
    /// For each series: times in milliseconds, values, and how many points each stands for; of buckets the counts and the
    /// counts of all buckets instead of values, and their bounds before all else.
    static func statement(
        _ part: SamplePart,
        of kind: MetricStream.Kind,
        _ value: RollupValue,
        every step: RollupStep
    ) -> SQL {
        switch (kind, part) {
        case (.histogram, .bucket): bucketStatement(value, every: step)
        case (.histogram, _): pointStatement(part == .count ? countColumns(value) : sumColumns(value), histogram(step))
        default:
            pointStatement(
                valueColumns(value, fallsWhereItBeginsAnew: kind == .counter),
                step == .hour ? "FROM otel_metrics_rollup_1h" : "FROM otel_metrics_rollup_5m"
            )
        }
    }

    private static func histogram(_ step: RollupStep) -> SQL {
        step == .hour ? "FROM otel_metrics_histogram_rollup_1h" : "FROM otel_metrics_histogram_rollup_5m"
    }

    /// Of the steps, `first`, `last`, `ended` and `points` and what else is named, make times, values and weights.
    private static func pointStatement(_ columns: (aggregates: SQL, samples: SQL), _ table: SQL) -> SQL {
        """
        SELECT SeriesId, groupArrayArray(arrayMap(time -> toUnixTimestamp64Milli(time), times)), groupArrayArray(numbers),
            groupArrayArray(CAST(weights, 'Array(UInt64)'))
        FROM
        (
            SELECT SeriesId,
        """ + columns.samples + "FROM (SELECT SeriesId, sum(Count) AS points, max(Ended) AS ended," + columns.aggregates
            + table + rolledFilter + """
                        GROUP BY SeriesId, Time, StartTime
                    )
                    WHERE points > 0 OR toUnixTimestamp64Milli(ended) > 0
                )
                GROUP BY SeriesId
                """
    }

    private static func valueColumns(
        _ value: RollupValue,
        fallsWhereItBeginsAnew: Bool
    ) -> (aggregates: SQL, samples: SQL) {
        switch value {
        case .last: ("max(Last) AS last", "last.2 AS value," + lastSample)
        case .change where fallsWhereItBeginsAnew:
            // A sender that does not say when it began anew: the largest value was before that.
            (
                "min(First) AS first, max(Last) AS last, max(Max) AS most",
                """
                points > 2 AND most > last.2 AS fell,
                addMilliseconds(first.1, intDiv(dateDiff('millisecond', first.1, last.1), 2)) AS middle,
                multiIf(points = 0, [], fell, [first.1, middle, last.1], [first.1, last.1]) AS times,
                multiIf(points = 0, [], fell, [first.2, most, last.2], [first.2, last.2]) AS numbers,
                multiIf(points = 0, [], fell, [points - 1, 0, 1], [points - 1, 1]) AS weights
                """
            )
        case .change: ("min(First) AS first, max(Last) AS last", "first.2 AS before, last.2 AS value," + bothSamples)
        case .sum: ("max(Last) AS last, sum(Sum) AS value", oneSample)
        case .smallest: ("max(Last) AS last, min(Min) AS least", "if(least = inf, nan, least) AS value," + oneSample)
        case .largest: ("max(Last) AS last, max(Max) AS most", "if(most = -inf, nan, most) AS value," + oneSample)
        }
    }

    private static func countColumns(_ value: RollupValue) -> (aggregates: SQL, samples: SQL) {
        value == .last
            ? ("max(Last) AS last", "toFloat64(last.2) AS value," + lastSample)
            : (
                "min(First) AS first, max(Last) AS last",
                "toFloat64(first.2) AS before, toFloat64(last.2) AS value," + bothSamples
            )
    }

    private static func sumColumns(_ value: RollupValue) -> (aggregates: SQL, samples: SQL) {
        value == .last
            ? ("max(Last) AS last", "last.3 AS value," + lastSample)
            : ("min(First) AS first, max(Last) AS last", "first.3 AS before, last.3 AS value," + bothSamples)
    }

    /// The last point, and that the series ended after it where it did.
    private static let lastSample: SQL = """
        arrayConcat(if(points > 0, [last.1], []), if(ended > last.1, [ended], [])) AS times,
        arrayConcat(
            if(points > 0, [value], []), if(ended > last.1, [reinterpretAsFloat64(9218868437227405314)], [])
        ) AS numbers,
        arrayConcat(if(points > 0, [1], []), if(ended > last.1, [0], [])) AS weights
        """
    private static let oneSample: SQL = """
        if(points > 0, [last.1], []) AS times, if(points > 0, [value], []) AS numbers,
        if(points > 0, [points], []) AS weights
        """
    private static let bothSamples: SQL = """
        if(points > 0, [first.1, last.1], []) AS times, if(points > 0, [before, value], []) AS numbers,
        if(points > 0, [points - 1, 1], []) AS weights
        """

    private static func bucketStatement(_ value: RollupValue, every step: RollupStep) -> SQL {
        let samples: SQL =
            value == .last
            ? """
            arrayConcat(if(points > 0, [last.1], []), if(ended > last.1, [ended], [])) AS times,
            arrayConcat(if(points > 0, [1], []), if(ended > last.1, [0], [])) AS weights,
            arrayConcat(if(points > 0, [last.2], []), if(ended > last.1, [toUInt64(0)], [])) AS counts,
            arrayConcat(if(points > 0, [last.4], []), if(ended > last.1, [CAST([], 'Array(UInt64)')], [])) AS buckets
            """
            : """
            if(points > 0, [first.1, last.1], []) AS times, if(points > 0, [points - 1, 1], []) AS weights,
            if(points > 0, [first.2, last.2], []) AS counts, if(points > 0, [first.4, last.4], []) AS buckets
            """
        return """
            SELECT SeriesId, ExplicitBounds, groupArrayArray(arrayMap(time -> toUnixTimestamp64Milli(time), times)),
                groupArrayArray(CAST(weights, 'Array(UInt64)')), groupArrayArray(counts),
                groupArrayArray(arrayMap(each -> arrayCumSum(each), buckets))
            FROM
            (
                SELECT SeriesId, ExplicitBounds,
            """ + samples + """
                    FROM
                    (
                        SELECT SeriesId, ExplicitBounds, sum(Count) AS points, max(Ended) AS ended, min(First) AS first,
                            max(Last) AS last
                """ + histogram(step) + rolledFilter + """
                            GROUP BY SeriesId, Time, StartTime, ExplicitBounds
                        )
                        WHERE points > 0 OR toUnixTimestamp64Milli(ended) > 0
                    )
                    GROUP BY SeriesId, ExplicitBounds
                    """
    }

    /// The samples of a series in an answer to such a statement.
    static func rolledPieces(_ part: SamplePart, _ rows: inout RowBinaryReader) throws -> [Piece] {
        let id = try rows.number(UInt64.self)
        guard part == .bucket else {
            let timestamps = try rows.array { try $0.number(Int64.self) }
            let values = try rows.array { try $0.double() }
            let weights = try rows.array { try $0.number(UInt64.self) }
            return [Piece(id: id, labelValue: "", timestamps: timestamps, values: values, weights: weights)]
        }
        let bounds = try rows.array { try $0.double() }
        let timestamps = try rows.array { try $0.number(Int64.self) }
        let weights = try rows.array { try $0.number(UInt64.self) }
        let counts = try rows.array { try $0.number(UInt64.self) }
        let buckets = try rows.array { try $0.array { try $0.number(UInt64.self) } }
        func piece(_ label: String, _ number: (Int) -> UInt64?) -> Piece {
            let values = timestamps.indices.map { index in
                // Nothing but the end of a series is without buckets where it has bounds.
                buckets[index].isEmpty && weights[index] == 0
                    ? StaleMarker.value : number(index).map { Double($0) } ?? .nan
            }
            return Piece(id: id, labelValue: label, timestamps: timestamps, values: values, weights: weights)
        }
        var pieces: [Piece] = []
        for (index, bound) in bounds.enumerated() where bound.isFinite {
            pieces.append(
                piece(NumberFormat.plain(bound)) { buckets[$0].indices.contains(index) ? buckets[$0][index] : nil }
            )
        }
        pieces.append(piece("+Inf") { counts[$0] })
        return pieces
    }
}
