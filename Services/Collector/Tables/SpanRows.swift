import OTLP

/// Rows of `otel_traces`.
struct SpanRows: RowBlock, ScopedRows {
    static let table = Table.traces

    private var timestamp = FixedColumn<Int64>.times
    private var traceID = TextColumn()
    private var spanID = TextColumn()
    private var parentSpanID = TextColumn()
    private var traceState = TextColumn()
    private var spanName = TokenColumn()
    private var spanKind = TokenColumn()
    private var serviceName = TokenColumn()
    private var resourceAttributes = MapColumn()
    private var scopeName = TokenColumn()
    private var scopeVersion = TokenColumn()
    private var spanAttributes = MapColumn()
    private var duration = FixedColumn<UInt64>("UInt64")
    private var statusCode = TokenColumn()
    private var statusMessage = TextColumn()
    private var eventTimestamps = ArrayColumn(of: FixedColumn<Int64>.times)
    private var eventNames = ArrayColumn(of: TokenColumn())
    private var eventAttributes = ArrayColumn(of: MapColumn())
    private var linkTraceIDs = ArrayColumn(of: TextColumn())
    private var linkSpanIDs = ArrayColumn(of: TextColumn())
    private var linkTraceStates = ArrayColumn(of: TextColumn())
    private var linkAttributes = ArrayColumn(of: MapColumn())

    var rowCount: Int { timestamp.rowCount }

    var columns: [(name: String, column: any NativeColumn)] {
        [
            ("Timestamp", timestamp), ("TraceId", traceID), ("SpanId", spanID), ("ParentSpanId", parentSpanID),
            ("TraceState", traceState), ("SpanName", spanName), ("SpanKind", spanKind), ("ServiceName", serviceName),
            ("ResourceAttributes", resourceAttributes), ("ScopeName", scopeName), ("ScopeVersion", scopeVersion),
            ("SpanAttributes", spanAttributes), ("Duration", duration), ("StatusCode", statusCode),
            ("StatusMessage", statusMessage), ("Events.Timestamp", eventTimestamps), ("Events.Name", eventNames),
            ("Events.Attributes", eventAttributes), ("Links.TraceId", linkTraceIDs), ("Links.SpanId", linkSpanIDs),
            ("Links.TraceState", linkTraceStates), ("Links.Attributes", linkAttributes),
        ]
    }

    var blocks: [TableBlock?] { [TableBlock(self)] }

    mutating func append(_ span: WireSpan, time: UInt64) {
        timestamp.append(time: time)
        traceID.append(traceID: span.traceID)
        spanID.append(spanID: span.spanID)
        parentSpanID.append(spanID: span.parentSpanID)
        traceState.append(span.traceState)
        spanName.append(span.name)
        spanKind.append(SpanKind(rawValue: span.kind).text)
        spanAttributes.append(span.attributes[...])
        // A span that ends before it begins lasts no time; the exporter's subtraction would wrap around.
        duration.append(span.endTime > time ? span.endTime - time : 0)
        statusCode.append(SpanStatusCode(rawValue: span.statusCode).text)
        statusMessage.append(span.statusMessage)
        eventTimestamps.append { column in for event in span.events { column.append(time: event.time) } }
        eventNames.append { column in for event in span.events { column.append(event.name) } }
        eventAttributes.append { column in
            for event in span.events { column.append(span.nestedAttributes[event.attributes]) }
        }
        linkTraceIDs.append { column in for link in span.links { column.append(traceID: link.traceID) } }
        linkSpanIDs.append { column in for link in span.links { column.append(spanID: link.spanID) } }
        linkTraceStates.append { column in for link in span.links { column.append(link.traceState) } }
        linkAttributes.append { column in
            for link in span.links { column.append(span.nestedAttributes[link.attributes]) }
        }
    }

    mutating func end(_ scope: WireScope) {
        let rows = rowCount - serviceName.rowCount
        guard rows > 0 else { return }
        scope.resource.serviceName.withUnsafeBufferPointer { serviceName.append($0, rows: rows) }
        resourceAttributes.append(scope.resource.attributes, rows: rows)
        scopeName.append(scope.name, rows: rows)
        scopeVersion.append(scope.version, rows: rows)
    }
}

extension SpanKind {
    /// The exporter's word for it; numbers without a meaning have none.
    var text: String {
        switch self {
        case .unspecified: "Unspecified"
        case .internal: "Internal"
        case .server: "Server"
        case .client: "Client"
        case .producer: "Producer"
        case .consumer: "Consumer"
        default: ""
        }
    }
}

extension SpanStatusCode {
    /// The exporter's word for it; numbers without a meaning have none.
    var text: String {
        switch self {
        case .unset: "Unset"
        case .ok: "Ok"
        case .error: "Error"
        default: ""
        }
    }
}
