import OTLP

/// Rows of `otel_metrics_gauge`.
struct GaugeRows: RowBlock {
    static let table = Table.gauge

    private var common = MetricColumns()
    private var value = FixedColumn<Double>("Float64")
    private var flags = FixedColumn<UInt32>("UInt32")
    private var exemplars = ExemplarColumns()

    var rowCount: Int { common.rowCount }

    var columns: [(name: String, column: any NativeColumn)] {
        common.columns + [("Value", value), ("Flags", flags)] + exemplars.columns
    }

    /// Appends the points of a gauge.
    mutating func append(_ gauge: Gauge, of metric: Metric, from source: TelemetrySource) {
        common.append(metric, from: source, points: gauge.dataPoints.count)
        for point in gauge.dataPoints {
            common.append(point.attributes, startTime: point.startTime, time: point.time)
            value.append(point.value.double)
            flags.append(point.flags)
            exemplars.append(point.exemplars)
        }
    }
}

/// Rows of `otel_metrics_sum`.
struct SumRows: RowBlock {
    static let table = Table.sum

    private var common = MetricColumns()
    private var value = FixedColumn<Double>("Float64")
    private var flags = FixedColumn<UInt32>("UInt32")
    private var exemplars = ExemplarColumns()
    private var aggregationTemporality = FixedColumn<Int32>("Int32")
    private var isMonotonic = FixedColumn<UInt8>("Bool")

    var rowCount: Int { common.rowCount }

    var columns: [(name: String, column: any NativeColumn)] {
        common.columns + [("Value", value), ("Flags", flags)] + exemplars.columns
            + [("AggregationTemporality", aggregationTemporality), ("IsMonotonic", isMonotonic)]
    }

    /// Appends the points of a sum.
    mutating func append(_ sum: Sum, of metric: Metric, from source: TelemetrySource) {
        common.append(metric, from: source, points: sum.dataPoints.count)
        aggregationTemporality.append(sum.aggregationTemporality.rawValue, rows: sum.dataPoints.count)
        isMonotonic.append(sum.isMonotonic ? 1 : 0, rows: sum.dataPoints.count)
        for point in sum.dataPoints {
            common.append(point.attributes, startTime: point.startTime, time: point.time)
            value.append(point.value.double)
            flags.append(point.flags)
            exemplars.append(point.exemplars)
        }
    }
}
