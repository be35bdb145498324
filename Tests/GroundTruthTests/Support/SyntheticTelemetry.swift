import ClickHouseHTTP
import FoundationEssentials
import RunJournal

@testable import GroundTruth

/// Telemetry made by hand, with times in seconds from a beginning.
struct SyntheticTelemetry {
    struct Span: Encodable {
        var timestamp: Moment
        var traceID: String
        var spanID: String
        var parentSpanID: String
        var name: String
        var kind: String
        var service: String
        var resource: [String: String]
        var attributes: [String: String]
        var duration: Int
        var status: String
        var eventTimes: [Moment]
        var eventNames: [String]
        var eventAttributes: [[String: String]]

        enum CodingKeys: String, CodingKey {
            case timestamp = "Timestamp"
            case traceID = "TraceId"
            case spanID = "SpanId"
            case parentSpanID = "ParentSpanId"
            case name = "SpanName"
            case kind = "SpanKind"
            case service = "ServiceName"
            case resource = "ResourceAttributes"
            case attributes = "SpanAttributes"
            case duration = "Duration"
            case status = "StatusCode"
            case eventTimes = "Events.Timestamp"
            case eventNames = "Events.Name"
            case eventAttributes = "Events.Attributes"
        }
    }

    struct Log: Encodable {
        var timestamp: Moment
        var traceID: String
        var severity: Int
        var service: String
        var body: String
        var resource: [String: String]
        var attributes: [String: String]

        enum CodingKeys: String, CodingKey {
            case timestamp = "Timestamp"
            case traceID = "TraceId"
            case severity = "SeverityNumber"
            case service = "ServiceName"
            case body = "Body"
            case resource = "ResourceAttributes"
            case attributes = "LogAttributes"
        }
    }

    struct Point: Encodable {
        var time: Moment
        var service: String
        var name: String
        var value: Double
        var resource: [String: String]

        enum CodingKeys: String, CodingKey {
            case time = "TimeUnix"
            case service = "ServiceName"
            case name = "MetricName"
            case value = "Value"
            case resource = "ResourceAttributes"
        }
    }

    let start: Moment
    var spans: [Span] = []
    var logs: [Log] = []
    var gauges: [Point] = []
    private var number = 0

    init(start: Moment) {
        self.start = start
    }

    func moment(_ seconds: Double) -> Moment {
        Moment(nanoseconds: start.nanoseconds + Int64((seconds * 1e9).rounded()))
    }

    /// An id that nothing else has.
    mutating func id() -> String {
        number += 1
        return String(start.nanoseconds / 1_000_000_000 * 1_000_000 + Int64(number), radix: 16)
    }

    /// Adds a span and gives its id.
    @discardableResult
    mutating func span(
        _ name: String,
        of service: String,
        kind: String = "Internal",
        in trace: String,
        under parent: String = "",
        at seconds: Double,
        milliseconds: Double,
        status: Int? = nil,
        failed: Bool = false,
        _ attributes: [String: String] = [:],
        event: (name: String, attributes: [String: String])? = nil
    ) -> String {
        let id = id()
        var attributes = attributes
        if let status { attributes["http.response.status_code"] = String(status) }
        spans.append(
            Span(
                timestamp: moment(seconds),
                traceID: trace,
                spanID: id,
                parentSpanID: parent,
                name: name,
                kind: kind,
                service: service,
                resource: ["service.name": service, "service.instance.id": "\(service)-1"],
                attributes: attributes,
                duration: Int(milliseconds * 1e6),
                status: failed ? "Error" : "Unset",
                eventTimes: event.map { _ in [moment(seconds)] } ?? [],
                eventNames: event.map { [$0.name] } ?? [],
                eventAttributes: event.map { [$0.attributes] } ?? []
            )
        )
        return id
    }

    mutating func log(
        _ body: String,
        of service: String,
        in trace: String,
        at seconds: Double,
        _ attributes: [String: String]
    ) {
        logs.append(
            Log(
                timestamp: moment(seconds),
                traceID: trace,
                severity: 17,
                service: service,
                body: body,
                resource: ["service.instance.id": "\(service)-1"],
                attributes: attributes
            )
        )
    }

    mutating func gauge(_ name: String, of service: String, at seconds: Double, _ value: Double) {
        gauges.append(
            Point(
                time: moment(seconds),
                service: service,
                name: name,
                value: value,
                resource: ["service.instance.id": "\(service)-1"]
            )
        )
    }

    /// Stores all of it.
    func store(in clickHouse: ClickHouseClient) async throws {
        let encoder = JSONEncoder()
        func lines(_ rows: [some Encodable]) throws -> [UInt8] {
            try rows.flatMap { try encoder.encode($0) + [UInt8(ascii: "\n")] }
        }
        let database = clickHouse.access.database
        try await clickHouse.insert(lines: try lines(spans), into: "otel_traces", database: database)
        try await clickHouse.insert(lines: try lines(logs), into: "otel_logs", database: database)
        try await clickHouse.insert(lines: try lines(gauges), into: "otel_metrics_gauge", database: database)
    }
}
