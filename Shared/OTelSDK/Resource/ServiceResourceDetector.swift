import OTLP

/// This SDK: `telemetry.sdk.*` and `telemetry.distro.*`.
public struct SDKResourceDetector: ResourceDetector {
    /// Creates the detector.
    public init() {}
    /// `sdk`.
    public var name: String { "sdk" }

    /// What the SDK is called, its language and its version.
    public func detect() -> TelemetryResource {
        TelemetryResource(
            [
                Attribute("telemetry.sdk.language", "swift"),
                Attribute("telemetry.sdk.name", "opentelemetry"),
                Attribute("telemetry.sdk.version", .string(SDKVersion.current)),
                Attribute("telemetry.distro.name", "faultline"),
                Attribute("telemetry.distro.version", .string(SDKVersion.current)),
            ],
            schemaURL: SemanticConventions.schemaURL
        )
    }
}

/// The service: a name made from the executable's, and `service.instance.id`, new for each process.
public struct ServiceResourceDetector: ResourceDetector {
    /// Creates the detector.
    public init() {}
    /// `service`.
    public var name: String { "service" }

    /// `unknown_service:<executable>`, and a random UUID.
    public func detect() -> TelemetryResource {
        let executable = ProcessResourceDetector.executablePath?.split(separator: "/").last.map(String.init)
        let name = executable.map { "unknown_service:\($0)" } ?? "unknown_service"
        return TelemetryResource(
            [Attribute("service.name", .string(name)), Attribute("service.instance.id", .string(Self.uuid()))],
            schemaURL: SemanticConventions.schemaURL
        )
    }

    /// A random UUID (RFC 9562, version 4).
    private static func uuid() -> String {
        let id = TraceID(
            high: .random(in: 0 ... .max) & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: .random(in: 0 ... .max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        )
        var rest = id.description[...]
        var parts: [Substring] = []
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }
}
