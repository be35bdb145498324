import OTLP

/// Finds out something about what emits telemetry (OpenTelemetry specification, Resource SDK, Detecting resource
/// information).
public protocol ResourceDetector: Sendable {
    /// The name by which configuration chooses it.
    var name: String { get }
    /// The attributes it found; empty when there are none.
    func detect() -> TelemetryResource
}

/// The schema of OpenTelemetry's semantic conventions that the detectors follow.
enum SemanticConventions {
    static let schemaURL = "https://opentelemetry.io/schemas/1.44.0"
}
