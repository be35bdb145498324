import OTLP

/// Rows of `otel_metrics_summary`.
struct SummaryRows: RowBlock {
    static let table = Table.summary

    private var common = MetricColumns()
    private var count = FixedColumn<UInt64>("UInt64")
    private var sum = FixedColumn<Double>("Float64")
    private var quantiles = ArrayColumn(of: FixedColumn<Double>("Float64"))
    private var values = ArrayColumn(of: FixedColumn<Double>("Float64"))
    private var flags = FixedColumn<UInt32>("UInt32")

    var rowCount: Int { common.rowCount }

    var columns: [(name: String, column: any NativeColumn)] {
        common.columns + [
            ("Count", count), ("Sum", sum), ("ValueAtQuantiles.Quantile", quantiles),
            ("ValueAtQuantiles.Value", values), ("Flags", flags),
        ]
    }

    /// Appends the points of a summary.
    mutating func append(_ summary: Summary, of metric: Metric, from source: TelemetrySource) {
        common.append(metric, from: source, points: summary.dataPoints.count)
        for point in summary.dataPoints {
            common.append(point.attributes, startTime: point.startTime, time: point.time)
            count.append(point.count)
            sum.append(point.sum)
            quantiles.append { $0.append(contentsOf: point.quantileValues.map(\.quantile)) }
            values.append { $0.append(contentsOf: point.quantileValues.map(\.value)) }
            flags.append(point.flags)
        }
    }
}
