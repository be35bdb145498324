import OTLP

/// What both tables of histograms have beside the common columns and the buckets.
struct DistributionColumns: Sendable {
    private var count = FixedColumn<UInt64>("UInt64")
    private var sum = FixedColumn<Double>("Float64")
    private var flags = FixedColumn<UInt32>("UInt32")
    private var min = FixedColumn<Double>("Float64")
    private var max = FixedColumn<Double>("Float64")
    private var aggregationTemporality = FixedColumn<Int32>("Int32")

    var columns: [(name: String, column: any NativeColumn)] {
        [
            ("Count", count), ("Sum", sum), ("Flags", flags), ("Min", min), ("Max", max),
            ("AggregationTemporality", aggregationTemporality),
        ]
    }

    /// Appends a point; what it does not have is zero.
    mutating func append(
        count: UInt64,
        sum: Double?,
        min: Double?,
        max: Double?,
        flags: UInt32,
        _ temporality: AggregationTemporality
    ) {
        self.count.append(count)
        self.sum.append(sum ?? 0)
        self.min.append(min ?? 0)
        self.max.append(max ?? 0)
        self.flags.append(flags)
        aggregationTemporality.append(temporality.rawValue)
    }
}

/// Rows of `otel_metrics_histogram`.
struct HistogramRows: RowBlock {
    static let table = Table.histogram

    private var common = MetricColumns()
    private var distribution = DistributionColumns()
    private var bucketCounts = ArrayColumn(of: FixedColumn<UInt64>("UInt64"))
    private var explicitBounds = ArrayColumn(of: FixedColumn<Double>("Float64"))
    private var exemplars = ExemplarColumns()

    var rowCount: Int { common.rowCount }

    var columns: [(name: String, column: any NativeColumn)] {
        common.columns + distribution.columns + exemplars.columns
            + [("BucketCounts", bucketCounts), ("ExplicitBounds", explicitBounds)]
    }

    /// Appends the points of a histogram.
    mutating func append(_ histogram: Histogram, of metric: Metric, from source: TelemetrySource) {
        common.append(metric, from: source, points: histogram.dataPoints.count)
        for point in histogram.dataPoints {
            common.append(point.attributes, startTime: point.startTime, time: point.time)
            distribution.append(
                count: point.count,
                sum: point.sum,
                min: point.min,
                max: point.max,
                flags: point.flags,
                histogram.aggregationTemporality
            )
            bucketCounts.append { $0.append(contentsOf: point.bucketCounts) }
            explicitBounds.append { $0.append(contentsOf: point.explicitBounds) }
            exemplars.append(point.exemplars)
        }
    }
}

/// Rows of `otel_metrics_exp_histogram`.
struct ExponentialHistogramRows: RowBlock {
    static let table = Table.exponentialHistogram

    private var common = MetricColumns()
    private var distribution = DistributionColumns()
    private var scale = FixedColumn<Int32>("Int32")
    private var zeroCount = FixedColumn<UInt64>("UInt64")
    private var positiveOffset = FixedColumn<Int32>("Int32")
    private var positiveBucketCounts = ArrayColumn(of: FixedColumn<UInt64>("UInt64"))
    private var negativeOffset = FixedColumn<Int32>("Int32")
    private var negativeBucketCounts = ArrayColumn(of: FixedColumn<UInt64>("UInt64"))
    private var exemplars = ExemplarColumns()

    var rowCount: Int { common.rowCount }

    var columns: [(name: String, column: any NativeColumn)] {
        common.columns + distribution.columns + exemplars.columns + [
            ("Scale", scale), ("ZeroCount", zeroCount), ("PositiveOffset", positiveOffset),
            ("PositiveBucketCounts", positiveBucketCounts), ("NegativeOffset", negativeOffset),
            ("NegativeBucketCounts", negativeBucketCounts),
        ]
    }

    /// Appends the points of an exponential histogram.
    mutating func append(_ histogram: ExponentialHistogram, of metric: Metric, from source: TelemetrySource) {
        common.append(metric, from: source, points: histogram.dataPoints.count)
        for point in histogram.dataPoints {
            common.append(point.attributes, startTime: point.startTime, time: point.time)
            distribution.append(
                count: point.count,
                sum: point.sum,
                min: point.min,
                max: point.max,
                flags: point.flags,
                histogram.aggregationTemporality
            )
            scale.append(point.scale)
            zeroCount.append(point.zeroCount)
            positiveOffset.append(point.positive?.offset ?? 0)
            positiveBucketCounts.append { $0.append(contentsOf: point.positive?.bucketCounts ?? []) }
            negativeOffset.append(point.negative?.offset ?? 0)
            negativeBucketCounts.append { $0.append(contentsOf: point.negative?.bucketCounts ?? []) }
            exemplars.append(point.exemplars)
        }
    }
}
