import Logging
import OTLP
import OTelSDK
import Testing
import Tracing

@Suite("Logs")
struct LogTests {
    private struct Fixture {
        let exporter = InMemoryLogRecordExporter()
        let provider: LoggerProvider

        init(limits: LogRecordLimits = LogRecordLimits(), processors: [any LogRecordProcessor] = []) {
            provider = LoggerProvider(
                resource: TelemetryResource([Attribute("r", 1)]),
                limits: limits,
                processors: processors + [SimpleLogRecordProcessor(exporter)]
            )
        }

        func records() async -> [OTLP.LogRecord] {
            _ = await provider.forceFlush()
            return exporter.records.map(\.record)
        }
    }

    private let span = SpanContext(traceID: TraceID(high: 1, low: 2), spanID: SpanID(value: 3), flags: 3)

    private var context: InstrumentationContext {
        var context = InstrumentationContext.topLevel
        context.spanContext = span
        return context
    }

    @Test("come out with body, severity, event name, error, scope and the span they belong to")
    func everything() async throws {
        let fixture = Fixture()
        let logger = fixture.provider.logger("l", version: "1", schemaURL: "s", attributes: [Attribute("a", 1)])
        logger.emit(
            .warn,
            .keyValues([KeyValue("nested", [1, 2])]),
            attributes: [Attribute("k", "v"), Attribute("exception.message", "mine")],
            eventName: "card.refused",
            error: Failure(),
            time: 5,
            context: context
        )
        logger.emit(OTLP.LogRecord(body: "bare"))
        let records = await fixture.records()
        #expect(records[0].body == .keyValues([KeyValue("nested", [1, 2])]))
        #expect(records[0].severityNumber == .warn && records[0].severityText == "WARN")
        #expect(records[0].eventName == "card.refused" && records[0].time == 5)
        #expect(records[0].traceID == span.traceID && records[0].spanID == span.spanID && records[0].flags == 3)
        #expect(records[0].attributes.contains(KeyValue("exception.message", "mine")))
        #expect(records[0].attributes.contains { $0.key == "exception.type" })
        #expect(records[1].observedTime > 0 && records[1].time == 0 && records[1].traceID == .none)
        let readable = try #require(fixture.exporter.records.first)
        #expect(readable.scope == Scope(name: "l", version: "1", schemaURL: "s", attributes: [Attribute("a", 1)]))
        #expect(readable.resource["r"] == 1)
    }

    @Test("come from swift-log with OpenTelemetry's name for how severe they are, from the level on that was asked for")
    func severity() async {
        let fixture = Fixture()
        let logger = Logger(label: "l") { label in
            OTelLogHandler(label: label, provider: fixture.provider, level: .notice)
        }
        for level in Logger.Level.allCases { logger.log(level: level, "m") }
        let records = await fixture.records()
        #expect(records.map(\.severityText) == ["NOTICE", "WARN", "ERROR", "FATAL"])
        #expect(records.map(\.severityNumber) == [.info2, .warn, .error, .fatal])
    }

    @Test("hold no more than their limits allow, each key once")
    func limits() async {
        var limits = LogRecordLimits()
        limits.attributeCount = 2
        limits.attributeValueLength = 2
        let fixture = Fixture(limits: limits)
        fixture.provider.logger("l").emit(
            .info,
            "body stays whole",
            attributes: [Attribute("a", "long"), Attribute("b", 1), Attribute("c", 1), Attribute("a", "later")]
        )
        let record = await fixture.records()[0]
        #expect(record.attributes == [KeyValue("a", "la"), KeyValue("b", 1)])
        #expect(record.droppedAttributesCount == 1)
        #expect(record.body == "body stays whole")
    }

    @Test("can be changed by a processor for those after it, and asked about beforehand")
    func processors() async {
        struct Redacting: LogRecordProcessor {
            func onEmit(_ record: inout ReadWriteLogRecord, context: InstrumentationContext?) {
                record.record.body = "redacted"
            }
            func isEnabled(
                severity: SeverityNumber,
                eventName: String,
                scope: Scope,
                context: InstrumentationContext?
            ) -> Bool { false }
        }
        struct Picky: LogRecordProcessor {
            func onEmit(_ record: inout ReadWriteLogRecord, context: InstrumentationContext?) {}
            func isEnabled(
                severity: SeverityNumber,
                eventName: String,
                scope: Scope,
                context: InstrumentationContext?
            ) -> Bool { severity.rawValue >= SeverityNumber.warn.rawValue }
        }
        let fixture = Fixture(processors: [Redacting()])
        fixture.provider.logger("l").emit(.info, "secret")
        #expect(await fixture.records()[0].body == "redacted")

        let picky = LoggerProvider(processors: [Picky(), Redacting()]).logger("l")
        #expect(picky.isEnabled(.error) && !picky.isEnabled(.info))
        #expect(!LoggerProvider().logger("l").isEnabled(.error))
    }

    @Test("are not taken after shutdown")
    func shutdown() async {
        let fixture = Fixture()
        let logger = fixture.provider.logger("")
        logger.emit(.info, "before")
        #expect(await fixture.provider.shutdown() == .success)
        logger.emit(.info, "after")
        #expect(!logger.isEnabled())
        #expect(fixture.exporter.records.count == 1)
        #expect(await fixture.provider.shutdown() == .failure)
    }

    @Test("through swift-log keep their types, merge metadata in order and carry the span")
    func swiftLog() async {
        let fixture = Fixture()
        var logger = Logger(label: "shop") { label in
            OTelLogHandler(
                label: label,
                provider: fixture.provider,
                level: .debug,
                metadataProvider: Logger.MetadataProvider { ["where": "provider", "provided": "yes"] }
            )
        }
        logger[metadataKey: "where"] = "logger"
        logger[metadataKey: "own"] = "yes"
        InstrumentationContext.withValue(context) {
            logger.notice(
                "Placed",
                metadata: [
                    "where": "event", "list": ["a", "b"], "map": ["x": "y"], "number": .stringConvertible(7),
                    "flag": .stringConvertible(true), "double": .stringConvertible(0.5),
                ]
            )
        }
        logger.trace("too fine")
        logger.error("Failed", error: Failure())
        let records = await fixture.records()
        #expect(records.count == 2)
        #expect(fixture.exporter.records[0].scope.name == "shop")
        #expect(records[0].body == "Placed" && records[0].severityNumber == .info2)
        #expect(records[0].traceID == span.traceID && records[0].spanID == span.spanID)
        #expect(
            Set(records[0].attributes) == [
                KeyValue("where", "event"), KeyValue("provided", "yes"), KeyValue("own", "yes"),
                KeyValue("list", ["a", "b"]), KeyValue("map", .keyValues([KeyValue("x", "y")])),
                KeyValue("number", 7), KeyValue("flag", true), KeyValue("double", 0.5),
            ]
        )
        #expect(records[1].attributes.contains(KeyValue("exception.message", "it broke")))
        #expect(records[1].attributes.contains(KeyValue("where", "provider")))
    }

    @Test("for people can carry the ids of the span, too")
    func metadataProvider() {
        let metadata = InstrumentationContext.withValue(context) { Logger.MetadataProvider.openTelemetry.get() }
        #expect(metadata["trace_id"] == "\(span.traceID)" && metadata["span_id"] == "\(span.spanID)")
        #expect(metadata["trace_flags"] == "03")
        #expect(Logger.MetadataProvider.openTelemetry.get().isEmpty)
    }

    @Test("are accounted for one by one when the queue is full")
    func overload() async {
        let exporter = InMemoryLogRecordExporter()
        var settings = BatchSettings.logs
        settings.maximumQueueSize = 50
        let processor = BatchLogRecordProcessor(exporter, settings: settings)
        let provider = LoggerProvider(processors: [processor])
        let logger = provider.logger("l")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { for _ in 0..<1_000 { logger.emit(.info, "x") } } }
        }
        _ = await provider.shutdown()
        #expect(exporter.records.count + processor.droppedRecords == 4_000)
    }
}
