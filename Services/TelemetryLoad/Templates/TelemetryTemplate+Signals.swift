import OTLP

extension TelemetryTemplate {
    /// A request of a signal.
    ///
    /// - Parameters:
    ///   - records: How many spans, log records or points.
    ///   - attributes: How many attributes each has.
    ///   - run: Stands in `service.instance.id` of the resource, by which the stored rows are found.
    ///   - prefix: What stands before the message in the body.
    ///   - seed: Different seeds give different attributes.
    static func of(
        _ signal: Signal,
        records: Int,
        attributes: Int,
        run: String,
        prefix: (Int) -> [UInt8],
        seed: UInt64
    ) -> TelemetryTemplate {
        var sentinels = Sentinels(seed: seed)
        var values = SampleAttributes(seed: seed)
        let resource = Resource(
            attributes: [
                KeyValue(key: "service.name", value: .string("otlp-load")),
                KeyValue(key: "service.instance.id", value: .string(run)),
                KeyValue(key: "telemetry.sdk.name", value: .string("otlp-load")),
            ]
        )
        let scope = InstrumentationScope(name: "otlp-load")
        let message: [UInt8]
        switch signal {
        case .traces:
            let spans = spans(records, attributes, &sentinels, &values)
            let scoped = ScopeSpans(scope: scope, spans: spans)
            message = ExportTraceServiceRequest(
                resourceSpans: [ResourceSpans(resource: resource, scopeSpans: [scoped])]
            ).encodeProtobuf()
        case .logs:
            let logs = logs(records, attributes, &sentinels, &values)
            let scoped = ScopeLogs(scope: scope, logRecords: logs)
            message = ExportLogsServiceRequest(
                resourceLogs: [ResourceLogs(resource: resource, scopeLogs: [scoped])]
            ).encodeProtobuf()
        case .metrics:
            let metrics = metrics(records, attributes, &sentinels, &values)
            let scoped = ScopeMetrics(scope: scope, metrics: metrics)
            message = ExportMetricsServiceRequest(
                resourceMetrics: [ResourceMetrics(resource: resource, scopeMetrics: [scoped])]
            ).encodeProtobuf()
        }
        return TelemetryTemplate(
            prefix(message.count) + message,
            records: records,
            traces: (records + spansPerTrace - 1) / spansPerTrace,
            sentinels: sentinels.all
        )
    }

    /// A trace has a span of a server and seven inside it.
    static let spansPerTrace = 8

    private static func spans(
        _ count: Int,
        _ attributes: Int,
        _ sentinels: inout Sentinels,
        _ values: inout SampleAttributes
    ) -> [Span] {
        let names = ["get_products", "cache_lookup", "database_query", "checkout", "process_payment", "fraud_check"]
        return (0..<count).map { number in
            let place = number % spansPerTrace
            let root = number - place
            let length = place == 0 ? 50_000_000 : values.number(100_000...4_000_000)
            let start = Int64(place) * 5_000_000 - 50_000_000
            var span = Span()
            span.traceID = sentinels.traceID(trace: number / spansPerTrace)
            span.spanID = sentinels.spanID(record: number)
            if place > 0 { span.parentSpanID = sentinels.spanID(record: root) }
            span.name = place == 0 ? "GET /products" : values.one(of: names)
            span.kind = place == 0 ? .server : .internal
            span.startTime = sentinels.time(offset: start)
            span.endTime = sentinels.time(offset: start + length)
            span.attributes = values.next(attributes)
            if values.number(0...99) == 0 { span.status = SpanStatus(message: "", code: .error) }
            return span
        }
    }

    private static func logs(
        _ count: Int,
        _ attributes: Int,
        _ sentinels: inout Sentinels,
        _ values: inout SampleAttributes
    ) -> [LogRecord] {
        let bodies = ["order placed", "payment accepted", "stock reserved", "cache miss", "request served"]
        return (0..<count).map { number in
            var log = LogRecord()
            log.time = sentinels.time(offset: 0)
            log.severityNumber = .info
            log.severityText = "INFO"
            log.body = .string(values.one(of: bodies))
            log.attributes = values.next(attributes)
            log.attributes.append(
                KeyValue(key: "log.record.uid", value: .string(sentinels.digits(record: number)))
            )
            log.traceID = sentinels.traceID(trace: number / spansPerTrace)
            log.spanID = sentinels.spanID(record: number)
            log.observedTime = sentinels.time(offset: 0)
            return log
        }
    }

    private static func metrics(
        _ count: Int,
        _ attributes: Int,
        _ sentinels: inout Sentinels,
        _ values: inout SampleAttributes
    ) -> [Metric] {
        let names = ["queue.length", "pool.connections", "cache.entries", "sessions.active"]
        return names.indices.compactMap { index in
            let numbers = Array(stride(from: index, to: count, by: names.count))
            guard !numbers.isEmpty else { return nil }
            let points = numbers.map { number in
                var point = NumberDataPoint()
                point.time = sentinels.time(offset: 0)
                point.value = .int(sentinels.number(record: number))
                point.attributes = values.next(attributes)
                return point
            }
            return Metric(name: names[index], unit: "1", data: .gauge(Gauge(dataPoints: points)))
        }
    }
}
