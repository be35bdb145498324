import HTTPTypes
import ServiceKit
import TextCoding

/// Whether and where the shop passes on what the storefront's page tells of itself, from the environment.
struct BrowserTelemetrySettings: Sendable {
    /// `BROWSER_TELEMETRY_URL`: the collector's origin, over plain HTTP. By default that of `OTEL_EXPORTER_OTLP_ENDPOINT`
    /// when it is one for OTLP/HTTP, else none: pages then send nothing.
    let collector: Origin?
    /// `OTEL_EXPORTER_OTLP_HEADERS`: what the collector knows the shop by.
    let headers: HTTPFields
    /// `BROWSER_TELEMETRY_SAMPLE_RATIO`, 1 by default: the share of the sessions that are recorded; 0 turns it off.
    let sampleRatio: Double
    /// `BROWSER_TELEMETRY_RATE`, 200 by default: how many batches a second are taken, of all browsers together.
    let batchesPerSecond: Int

    /// `SESSION_RECORDER`: the file of the recorder of session replay; without it, or with `off`, sessions are recorded
    /// without replay.
    let recorder: String?

    init(_ settings: Settings) throws(SettingError) {
        if settings.string("BROWSER_TELEMETRY_URL") != nil {
            collector = try settings.origin("BROWSER_TELEMETRY_URL", default: "")
        } else {
            let isGRPC = settings.string("OTEL_EXPORTER_OTLP_PROTOCOL")?.lowercased() == "grpc"
            let endpoint = settings.string("OTEL_EXPORTER_OTLP_ENDPOINT", default: "http://localhost:4318")
            collector = isGRPC ? nil : Origin(endpoint)
        }
        headers = Self.fields(settings.string("OTEL_EXPORTER_OTLP_HEADERS", default: ""))
        recorder = settings.string("SESSION_RECORDER").flatMap { $0.lowercased() == "off" ? nil : $0 }
        sampleRatio = try settings.number("BROWSER_TELEMETRY_SAMPLE_RATIO", default: 1, in: 0...1)
        batchesPerSecond = try settings.integer("BROWSER_TELEMETRY_RATE", default: 200, in: 1...100_000)
    }

    /// Fields as `name=value,name=value` with escaped values (OpenTelemetry Protocol Exporter, section "Specifying
    /// headers"). What is none is left out: the SDK, which reads the same variable, complains of it.
    private static func fields(_ text: String) -> HTTPFields {
        var fields = HTTPFields()
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
            guard parts.count == 2, let name = HTTPField.Name(parts[0]), let value = PercentCoding.decode(parts[1])
            else { continue }
            fields[name] = value
        }
        return fields
    }
}
