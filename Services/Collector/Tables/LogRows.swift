import OTLP

/// Rows of `otel_logs`.
struct LogRows: RowBlock {
    static let table = Table.logs

    private var timestamp = FixedColumn<Int64>.times
    private var traceID = TextColumn()
    private var spanID = TextColumn()
    private var traceFlags = FixedColumn<UInt8>("UInt8")
    private var severityText = TokenColumn()
    private var severityNumber = FixedColumn<UInt8>("UInt8")
    private var serviceName = TokenColumn()
    private var body = TextColumn()
    private var resourceSchemaURL = TokenColumn()
    private var resourceAttributes = MapColumn()
    private var scopeSchemaURL = TokenColumn()
    private var scopeName = TokenColumn()
    private var scopeVersion = TokenColumn()
    private var scopeAttributes = MapColumn()
    private var logAttributes = MapColumn()
    private var eventName = TokenColumn()

    var rowCount: Int { timestamp.rowCount }

    var columns: [(name: String, column: any NativeColumn)] {
        [
            ("Timestamp", timestamp), ("TraceId", traceID), ("SpanId", spanID), ("TraceFlags", traceFlags),
            ("SeverityText", severityText), ("SeverityNumber", severityNumber), ("ServiceName", serviceName),
            ("Body", body), ("ResourceSchemaUrl", resourceSchemaURL), ("ResourceAttributes", resourceAttributes),
            ("ScopeSchemaUrl", scopeSchemaURL), ("ScopeName", scopeName), ("ScopeVersion", scopeVersion),
            ("ScopeAttributes", scopeAttributes), ("LogAttributes", logAttributes), ("EventName", eventName),
        ]
    }

    /// Appends the records of one scope.
    mutating func append(_ records: [LogRecord], from source: TelemetrySource) {
        serviceName.append(source.serviceName, rows: records.count)
        resourceSchemaURL.append(source.resourceSchemaURL, rows: records.count)
        resourceAttributes.append(source.resource.attributes, rows: records.count)
        scopeSchemaURL.append(source.scopeSchemaURL, rows: records.count)
        scopeName.append(source.scope.name, rows: records.count)
        scopeVersion.append(source.scope.version, rows: records.count)
        scopeAttributes.append(source.scope.attributes, rows: records.count)
        for record in records {
            timestamp.append(time: record.time)
            traceID.append(record.traceID)
            spanID.append(record.spanID)
            traceFlags.append(UInt8(truncatingIfNeeded: record.flags))
            severityText.append(record.severityText)
            severityNumber.append(UInt8(truncatingIfNeeded: record.severityNumber.rawValue))
            body.append(record.body)
            logAttributes.append(record.attributes)
            eventName.append(record.eventName)
        }
    }
}

/// Rows of `hyperdx_sessions`: what a browser recorded of a session, in the columns of log records.
struct ReplayRows: RowBlock {
    static let table = Table.replays

    private var records = LogRows()

    var rowCount: Int { records.rowCount }
    var columns: [(name: String, column: any NativeColumn)] { records.columns }

    /// Appends the records of one scope.
    mutating func append(_ records: [LogRecord], from source: TelemetrySource) {
        self.records.append(records, from: source)
    }
}
