import OTLP

/// The fourteen columns that all five tables of metrics begin with.
struct MetricColumns: Sendable {
    private var resourceAttributes = MapColumn()
    private var resourceSchemaURL = TokenColumn()
    private var scopeName = TokenColumn()
    private var scopeVersion = TokenColumn()
    private var scopeAttributes = MapColumn()
    private var scopeDroppedAttributes = FixedColumn<UInt32>("UInt32")
    private var scopeSchemaURL = TokenColumn()
    private var serviceName = TokenColumn()
    private var metricName = TokenColumn()
    private var metricDescription = TokenColumn()
    private var metricUnit = TokenColumn()
    private var attributes = MapColumn()
    private var startTime = FixedColumn<Int64>.times
    private var time = FixedColumn<Int64>.times

    var rowCount: Int { time.rowCount }

    var columns: [(name: String, column: any NativeColumn)] {
        [
            ("ResourceAttributes", resourceAttributes), ("ResourceSchemaUrl", resourceSchemaURL),
            ("ScopeName", scopeName), ("ScopeVersion", scopeVersion), ("ScopeAttributes", scopeAttributes),
            ("ScopeDroppedAttrCount", scopeDroppedAttributes), ("ScopeSchemaUrl", scopeSchemaURL),
            ("ServiceName", serviceName), ("MetricName", metricName), ("MetricDescription", metricDescription),
            ("MetricUnit", metricUnit), ("Attributes", attributes), ("StartTimeUnix", startTime), ("TimeUnix", time),
        ]
    }

    /// Appends what all points of a metric have in common, once for each.
    mutating func append(_ metric: Metric, from source: TelemetrySource, points: Int) {
        resourceAttributes.append(source.resource.attributes, rows: points)
        resourceSchemaURL.append(source.resourceSchemaURL, rows: points)
        scopeName.append(source.scope.name, rows: points)
        scopeVersion.append(source.scope.version, rows: points)
        scopeAttributes.append(source.scope.attributes, rows: points)
        scopeDroppedAttributes.append(source.scope.droppedAttributesCount, rows: points)
        scopeSchemaURL.append(source.scopeSchemaURL, rows: points)
        serviceName.append(source.serviceName, rows: points)
        metricName.append(metric.name, rows: points)
        metricDescription.append(metric.description, rows: points)
        metricUnit.append(metric.unit, rows: points)
    }

    /// Appends what a point has of its own.
    mutating func append(_ attributes: [KeyValue], startTime: UInt64, time: UInt64) {
        self.attributes.append(attributes)
        self.startTime.append(time: startTime)
        self.time.append(time: time)
    }
}

/// The columns of exemplars, which all tables of metrics but the summaries have.
struct ExemplarColumns: Sendable {
    private var filteredAttributes = ArrayColumn(of: MapColumn())
    private var time = ArrayColumn(of: FixedColumn<Int64>.times)
    private var value = ArrayColumn(of: FixedColumn<Double>("Float64"))
    private var spanID = ArrayColumn(of: TextColumn())
    private var traceID = ArrayColumn(of: TextColumn())

    var columns: [(name: String, column: any NativeColumn)] {
        [
            ("Exemplars.FilteredAttributes", filteredAttributes), ("Exemplars.TimeUnix", time),
            ("Exemplars.Value", value), ("Exemplars.SpanId", spanID), ("Exemplars.TraceId", traceID),
        ]
    }

    /// Appends the exemplars of a point.
    mutating func append(_ exemplars: [Exemplar]) {
        filteredAttributes.append { column in for one in exemplars { column.append(one.filteredAttributes) } }
        time.append { column in for one in exemplars { column.append(time: one.time) } }
        value.append { column in for one in exemplars { column.append(one.value.double) } }
        spanID.append { column in for one in exemplars { column.appendWithZeros(one.spanID) } }
        traceID.append { column in for one in exemplars { column.appendWithZeros(one.traceID) } }
    }
}

extension NumberValue? {
    /// The number as the tables keep it; none is zero.
    var double: Double {
        switch self {
        case .double(let number): number
        case .int(let number): Double(number)
        case nil: 0
        }
    }
}
