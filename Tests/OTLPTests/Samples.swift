import OTLP

/// Messages that use every field, with values that are easy to confuse.
enum Samples {
    static let attributes: [KeyValue] = [
        KeyValue(key: "string", value: .string("text \u{1F600} \"quoted\"\n")),
        KeyValue(key: "empty string", value: .string("")),
        KeyValue(key: "true", value: .bool(true)),
        KeyValue(key: "false", value: .bool(false)),
        KeyValue(key: "zero", value: .int(0)),
        KeyValue(key: "min", value: .int(.min)),
        KeyValue(key: "max", value: .int(.max)),
        KeyValue(key: "double", value: .double(-0.1)),
        KeyValue(key: "zero double", value: .double(0)),
        KeyValue(key: "infinity", value: .double(-.infinity)),
        KeyValue(key: "bytes", value: .bytes([0, 255, 62, 63, 1])),
        KeyValue(key: "no bytes", value: .bytes([])),
        KeyValue(key: "array", value: .array([.string("a"), .int(1), .empty, .array([.bool(false)])])),
        KeyValue(key: "empty array", value: .array([])),
        KeyValue(key: "map", value: .keyValues([KeyValue(key: "k", value: .keyValues([]))])),
        KeyValue(key: "nothing", value: .empty),
    ]

    static let resource = Resource(
        attributes: [KeyValue(key: "service.name", value: .string("shop"))],
        droppedAttributesCount: 3,
        entityRefs: [EntityRef(schemaURL: "s", type: "service", idKeys: ["a", "b"], descriptionKeys: ["c"])]
    )

    static let scope = InstrumentationScope(
        name: "scope",
        version: "1.2",
        attributes: attributes,
        droppedAttributesCount: 1
    )

    static let traceID = TraceID(high: 0x0102_0304_0506_0708, low: 0xF1F2_F3F4_F5F6_F7F8)
    static let spanID = SpanID(value: 0xA1A2_A3A4_A5A6_A7A8)

    static let traces = ExportTraceServiceRequest(resourceSpans: [
        ResourceSpans(
            resource: resource,
            scopeSpans: [
                ScopeSpans(
                    scope: scope,
                    spans: [
                        Span(
                            traceID: traceID,
                            spanID: spanID,
                            traceState: "a=b,c=d",
                            parentSpanID: SpanID(value: 7),
                            name: "GET /products",
                            kind: .server,
                            startTime: 1_700_000_000_000_000_001,
                            endTime: .max,
                            attributes: attributes,
                            droppedAttributesCount: 300,
                            events: [SpanEvent(time: 5, name: "e", attributes: attributes, droppedAttributesCount: 2)],
                            droppedEventsCount: 4,
                            links: [
                                SpanLink(
                                    traceID: traceID,
                                    spanID: spanID,
                                    traceState: "x=y",
                                    attributes: attributes,
                                    droppedAttributesCount: 9,
                                    flags: 0x301
                                )
                            ],
                            droppedLinksCount: 5,
                            status: SpanStatus(message: "broke", code: .error),
                            flags: 0x101
                        ),
                        Span(),
                    ],
                    schemaURL: "https://example.com/scope"
                )
            ],
            schemaURL: "https://example.com/resource"
        ),
        ResourceSpans(),
    ])

    static let exemplars = [
        Exemplar(filteredAttributes: attributes, time: 3, value: .int(-4), spanID: spanID, traceID: traceID),
        Exemplar(time: 3, value: .double(0)),
    ]

    static let metrics = ExportMetricsServiceRequest(resourceMetrics: [
        ResourceMetrics(
            resource: resource,
            scopeMetrics: [
                ScopeMetrics(
                    scope: scope,
                    metrics: [
                        Metric(
                            name: "g",
                            description: "d",
                            unit: "s",
                            data: .gauge(
                                Gauge(dataPoints: [
                                    NumberDataPoint(
                                        attributes: attributes,
                                        startTime: 1,
                                        time: 2,
                                        value: .double(2.5),
                                        exemplars: exemplars,
                                        flags: 1
                                    ),
                                    NumberDataPoint(value: .int(0)),
                                    NumberDataPoint(),
                                ])
                            ),
                            metadata: attributes
                        ),
                        Metric(
                            name: "s",
                            data: .sum(
                                Sum(
                                    dataPoints: [NumberDataPoint(value: .int(.min))],
                                    aggregationTemporality: .cumulative,
                                    isMonotonic: true
                                )
                            )
                        ),
                        Metric(
                            name: "h",
                            data: .histogram(
                                Histogram(
                                    dataPoints: [
                                        HistogramDataPoint(
                                            attributes: attributes,
                                            startTime: 1,
                                            time: 2,
                                            count: 3,
                                            sum: 0,
                                            bucketCounts: [0, 1, .max],
                                            explicitBounds: [0, 2.5],
                                            exemplars: exemplars,
                                            flags: 1,
                                            min: 0,
                                            max: -1
                                        )
                                    ],
                                    aggregationTemporality: .delta
                                )
                            )
                        ),
                        Metric(
                            name: "e",
                            data: .exponentialHistogram(
                                ExponentialHistogram(
                                    dataPoints: [
                                        ExponentialHistogramDataPoint(
                                            attributes: attributes,
                                            startTime: 1,
                                            time: 2,
                                            count: 3,
                                            sum: 1.5,
                                            scale: -3,
                                            zeroCount: 4,
                                            positive: ExponentialBuckets(offset: -5, bucketCounts: [1, 300, .max]),
                                            negative: ExponentialBuckets(offset: 6, bucketCounts: [0]),
                                            flags: 1,
                                            exemplars: exemplars,
                                            min: 0,
                                            max: 9,
                                            zeroThreshold: 0.01
                                        )
                                    ],
                                    aggregationTemporality: .cumulative
                                )
                            )
                        ),
                        Metric(
                            name: "q",
                            data: .summary(
                                Summary(dataPoints: [
                                    SummaryDataPoint(
                                        attributes: attributes,
                                        startTime: 1,
                                        time: 2,
                                        count: 3,
                                        sum: 4,
                                        quantileValues: [ValueAtQuantile(quantile: 0.5, value: -1)],
                                        flags: 1
                                    )
                                ])
                            )
                        ),
                        Metric(name: "none"),
                    ],
                    schemaURL: "u"
                )
            ],
            schemaURL: "v"
        )
    ])

    static let logs = ExportLogsServiceRequest(resourceLogs: [
        ResourceLogs(
            resource: resource,
            scopeLogs: [
                ScopeLogs(
                    scope: scope,
                    logRecords: [
                        LogRecord(
                            time: 1,
                            severityNumber: .error,
                            severityText: "ERROR",
                            body: .keyValues(attributes),
                            attributes: attributes,
                            droppedAttributesCount: 2,
                            flags: 1,
                            traceID: traceID,
                            spanID: spanID,
                            observedTime: 2,
                            eventName: "event"
                        ),
                        LogRecord(),
                    ],
                    schemaURL: "u"
                )
            ],
            schemaURL: "v"
        )
    ])
}
