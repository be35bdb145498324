/// Where one signal goes.
public struct SignalExport: Sendable {
    /// A place that telemetry is sent to.
    public enum Destination: Sendable, Hashable {
        /// An OTLP endpoint, over HTTP or gRPC (`otlp`).
        case otlp
        /// Standard output, for people (`console`).
        case console
        /// Standard output, as OTLP/JSON lines (`otlp/stdout`).
        case otlpStandardOutput
        /// A file, as OTLP/JSON lines.
        case otlpFile(String)
    }

    /// Where it goes; an OTLP endpoint by default, nowhere when empty (`none`).
    public var destinations: [Destination] = [.otlp]
    /// The settings of the OTLP endpoint.
    public var otlp: OTLPSettings

    /// Creates settings for an endpoint.
    public init(otlp: OTLPSettings) {
        self.otlp = otlp
    }

    /// Whether it goes anywhere.
    public var isEnabled: Bool { !destinations.isEmpty }
}
