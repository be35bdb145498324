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

    /// Gives the records since the last scope their source.
    mutating func end(_ scope: WireScope) {
        let rows = rowCount - serviceName.rowCount
        guard rows > 0 else { return }
        scope.resource.serviceName.withUnsafeBufferPointer { serviceName.append($0, rows: rows) }
        resourceSchemaURL.append(scope.resource.schemaURL, rows: rows)
        resourceAttributes.append(scope.resource.attributes, rows: rows)
        scopeSchemaURL.append(scope.schemaURL, rows: rows)
        scopeName.append(scope.name, rows: rows)
        scopeVersion.append(scope.version, rows: rows)
        scopeAttributes.append(scope.attributes, rows: rows)
    }

    /// Appends a record, without its source.
    ///
    /// - Parameter time: When it happened, or is taken to have happened.
    mutating func append(_ record: WireLogRecord, time: UInt64) {
        timestamp.append(time: time)
        traceID.append(traceID: record.traceID)
        spanID.append(spanID: record.spanID)
        traceFlags.append(UInt8(truncatingIfNeeded: record.flags))
        severityText.append(record.severityText)
        severityNumber.append(UInt8(truncatingIfNeeded: record.severityNumber))
        body.append(value: record.body)
        logAttributes.append(record.attributes[...])
        eventName.append(record.eventName)
    }
}

/// Rows of `hyperdx_sessions`: what a browser recorded of a session, in the columns of log records.
struct ReplayRows: RowBlock {
    static let table = Table.replays

    var records = LogRows()

    var rowCount: Int { records.rowCount }
    var columns: [(name: String, column: any NativeColumn)] { records.columns }
}
