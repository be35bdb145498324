/// Sixty hours of telemetry of one service, every thirty seconds, for what is answered from rollups.
enum RolledTelemetry {
    /// Whole hours: the end of the samples, in seconds since the epoch. An hour before the others end, so that who looks at
    /// those never sees these, whatever the time of the day.
    static let end = (RunningQueryService.end - 3_600) / 3_600 * 3_600
    static let start = end - 60 * 3_600

    /// The statements that store it.
    static var statements: [String] {
        let time = "fromUnixTimestamp64Milli(toInt64(\(start) + number * 30) * 1000 + 217)"
        // It begins anew twice, in the middle of a step.
        let began = "multiIf(number < 3003, 0, number < 5556, 3003, 5556)"
        let beganAt = "fromUnixTimestamp64Milli(toInt64(\(start) + \(began) * 30) * 1000 + 11)"
        let columns = "MetricName, MetricUnit, ServiceName, ResourceAttributes, Attributes, StartTimeUnix, TimeUnix"
        func head(_ name: String, _ series: String, _ begin: String) -> String {
            "'\(name)', '', 'rolled', map('service.name', 'rolled'), map('series', '\(series)'), \(begin), \(time)"
        }
        func counter(_ series: String, _ begin: String, _ value: String, _ condition: String = "1") -> String {
            "INSERT INTO otel_metrics_sum (\(columns), Value, IsMonotonic, AggregationTemporality) SELECT "
                + head("rolled.work", series, begin) + ", \(value), true, 2 FROM numbers(1, 7200) WHERE \(condition)"
        }
        let risen = "(number - \(began)) * 3 + cityHash64(number) % 3"
        return [
            counter("regular", beganAt, risen),
            // Its sender does not say when it began, and it falls at times.
            counter("silent", "toDateTime64(0, 9)", "(number % 1111) * 2"),
            // It begins late and ends early, with a gap.
            counter("short", beganAt, risen, "number BETWEEN 4321 AND 6777 AND number NOT BETWEEN 5000 AND 5200"),
            "INSERT INTO otel_metrics_gauge (\(columns), Value, Flags) SELECT "
                + head("rolled.level", "wave", "toDateTime64(0, 9)")
                + ", if(number = 1234, nan, 50 + 20 * sin(number / 97) + cityHash64(number) % 7 / 8), 0 FROM numbers(1, 7200)",
            "INSERT INTO otel_metrics_gauge (\(columns), Value, Flags) SELECT "
                + head("rolled.level", "ended", "toDateTime64(0, 9)")
                + ", number % 17, if(number = 6061, 1, 0) FROM numbers(1, 6061)",
            "INSERT INTO otel_metrics_histogram (\(columns), Count, Sum, BucketCounts, ExplicitBounds, "
                + "AggregationTemporality) SELECT " + head("rolled.time", "regular", beganAt)
                + ", (number - \(began)) * 10, (number - \(began)) * 2.5, "
                + "[(number - \(began)) * 4, (number - \(began)) * 5, number - \(began)], [0.1, 1], 2 FROM numbers(1, 7200)",
            "INSERT INTO otel_logs (Timestamp, SeverityNumber, SeverityText, ServiceName, ResourceAttributes, Body) SELECT "
                + "\(time), if(number % 10 = 0, 17, 9), if(number % 10 = 0, 'ERROR', 'INFO'), 'rolled', "
                + "map('service.name', 'rolled'), concat('took ', toString(number)) FROM numbers(1, 7200)",
        ]
    }
}
