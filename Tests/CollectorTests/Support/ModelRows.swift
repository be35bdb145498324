import OTLP

#if canImport(Collector)
    @testable import Collector
#endif

/// What the collector makes of a request, made the plain way: through the OTLP model. The fuzzer compiles this too.
enum ModelRows {
    /// What a request gives: what is admitted of it, and the blocks of its rows.
    struct Outcome: Equatable {
        var count = 0
        var rejections = Rejections()
        var blocks: [[UInt8]] = []
    }

    /// Of an `ExportTraceServiceRequest`.
    static func spans(_ body: [UInt8], _ times: StorableTimes) throws(OTLPDecodingError) -> Outcome {
        var outcome = Outcome()
        var rows = ModelSpanRows()
        for group in try ExportTraceServiceRequest(protobuf: body).resourceSpans {
            for scope in group.scopeSpans {
                for var span in scope.spans {
                    span.startTime = times.known(span.startTime, span.endTime)
                    let isNamed = span.traceID.isValid && span.spanID.isValid
                    if let reason = isNamed ? times.rejection(of: span.startTime) : .withoutID {
                        outcome.rejections.add(reason)
                        continue
                    }
                    outcome.count += 1
                    rows.append(span, of: scope.scope, of: group.resource)
                }
            }
        }
        if rows.rowCount > 0 { outcome.blocks = [rows.native()] }
        return outcome
    }

    /// Of an `ExportLogsServiceRequest`.
    static func logs(_ body: [UInt8], _ times: StorableTimes) throws(OTLPDecodingError) -> Outcome {
        var outcome = Outcome()
        var logs = ModelLogRows()
        var replays = ModelLogRows()
        for group in try ExportLogsServiceRequest(protobuf: body).resourceLogs {
            for scope in group.scopeLogs {
                for var record in scope.logRecords {
                    record.time = times.known(record.time, record.observedTime)
                    if let reason = times.rejection(of: record.time) {
                        outcome.rejections.add(reason)
                        continue
                    }
                    outcome.count += 1
                    if record.attributes.contains(where: { $0.key == "rr-web.event" }) {
                        replays.append(record, of: scope, of: group)
                    } else {
                        logs.append(record, of: scope, of: group)
                    }
                }
            }
        }
        outcome.blocks = [logs, replays].filter { $0.rowCount > 0 }.map { $0.native() }
        return outcome
    }
}

private struct ModelSpanRows: RowBlock {
    static let table = Table.traces
    private var ids = [TextColumn(), TextColumn(), TextColumn()]
    private var texts = [TextColumn(), TextColumn()]
    private var tokens = [TokenColumn](repeating: TokenColumn(), count: 6)
    private var maps = [MapColumn(), MapColumn()]
    private var timestamp = FixedColumn<Int64>.times
    private var duration = FixedColumn<UInt64>("UInt64")
    private var eventTimes = ArrayColumn(of: FixedColumn<Int64>.times)
    private var eventNames = ArrayColumn(of: TokenColumn())
    private var nestedMaps = [ArrayColumn(of: MapColumn()), ArrayColumn(of: MapColumn())]
    private var linkTexts = [ArrayColumn<TextColumn>](repeating: ArrayColumn(of: TextColumn()), count: 3)

    var rowCount: Int { timestamp.rowCount }

    var columns: [(name: String, column: any NativeColumn)] {
        let inOrder: [any NativeColumn] = [
            timestamp, ids[0], ids[1], ids[2], texts[0], tokens[0], tokens[1], tokens[2], maps[0], tokens[3], tokens[4],
            maps[1], duration, tokens[5], texts[1], eventTimes, eventNames, nestedMaps[0], linkTexts[0], linkTexts[1],
            linkTexts[2], nestedMaps[1],
        ]
        return zip(SpanRows.columnNames, inOrder).map { ($0, $1) }
    }

    mutating func append(_ span: Span, of scope: InstrumentationScope, of resource: Resource) {
        timestamp.append(time: span.startTime)
        ids[0].append(span.traceID.text)
        ids[1].append(span.spanID.text)
        ids[2].append(span.parentSpanID.text)
        texts[0].append(span.traceState)
        tokens[0].append(span.name)
        tokens[1].append(span.kind.text)
        tokens[2].append(resource.serviceName)
        maps[0].append(resource.attributes)
        tokens[3].append(scope.name)
        tokens[4].append(scope.version)
        maps[1].append(span.attributes)
        duration.append(span.endTime > span.startTime ? span.endTime - span.startTime : 0)
        tokens[5].append(span.status.code.text)
        texts[1].append(span.status.message)
        eventTimes.append { column in for event in span.events { column.append(time: event.time) } }
        eventNames.append { column in for event in span.events { column.append(event.name) } }
        nestedMaps[0].append { column in for event in span.events { column.append(event.attributes) } }
        linkTexts[0].append { column in for link in span.links { column.append(link.traceID.text) } }
        linkTexts[1].append { column in for link in span.links { column.append(link.spanID.text) } }
        linkTexts[2].append { column in for link in span.links { column.append(link.traceState) } }
        nestedMaps[1].append { column in for link in span.links { column.append(link.attributes) } }
    }
}

private struct ModelLogRows: RowBlock {
    static let table = Table.logs
    private var ids = [TextColumn(), TextColumn()]
    private var body = TextColumn()
    private var tokens = [TokenColumn](repeating: TokenColumn(), count: 7)
    private var maps = [MapColumn(), MapColumn(), MapColumn()]
    private var timestamp = FixedColumn<Int64>.times
    private var flags = FixedColumn<UInt8>("UInt8")
    private var severity = FixedColumn<UInt8>("UInt8")

    var rowCount: Int { timestamp.rowCount }

    var columns: [(name: String, column: any NativeColumn)] {
        let inOrder: [any NativeColumn] = [
            timestamp, ids[0], ids[1], flags, tokens[0], severity, tokens[1], body, tokens[2], maps[0], tokens[3],
            tokens[4], tokens[5], maps[1], maps[2], tokens[6],
        ]
        return zip(LogRows.columnNames, inOrder).map { ($0, $1) }
    }

    mutating func append(_ record: LogRecord, of scope: ScopeLogs, of group: ResourceLogs) {
        timestamp.append(time: record.time)
        ids[0].append(record.traceID.text)
        ids[1].append(record.spanID.text)
        flags.append(UInt8(truncatingIfNeeded: record.flags))
        tokens[0].append(record.severityText)
        severity.append(UInt8(truncatingIfNeeded: record.severityNumber.rawValue))
        tokens[1].append(group.resource.serviceName)
        body.append(record.body)
        tokens[2].append(group.schemaURL)
        maps[0].append(group.resource.attributes)
        tokens[3].append(scope.schemaURL)
        tokens[4].append(scope.scope.name)
        tokens[5].append(scope.scope.version)
        maps[1].append(scope.scope.attributes)
        maps[2].append(record.attributes)
        tokens[6].append(record.eventName)
    }
}

extension Resource {
    fileprivate var serviceName: String {
        attributes.first { $0.key == "service.name" }.map { ValueText.string(of: $0.value) } ?? ""
    }
}

extension TraceID {
    fileprivate var text: String { isValid ? digits(high) + digits(low) : "" }
}

extension SpanID {
    fileprivate var text: String { isValid ? digits(value) : "" }
}

private func digits(_ value: UInt64) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
}
