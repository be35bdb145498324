import OTLP

/// What `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME` say.
public struct EnvironmentResourceDetector: ResourceDetector {
    private let environment: [String: String]

    /// Creates the detector.
    ///
    /// - Parameter environment: The variables; those of this process by default.
    public init(environment: [String: String] = OTelConfiguration.processEnvironment) {
        self.environment = environment
    }

    /// `env`.
    public var name: String { "env" }

    /// The attributes. A malformed list is ignored as a whole, and reported.
    public func detect() -> TelemetryResource {
        let reader = EnvironmentReader(environment)
        var attributes = reader.attributes("OTEL_RESOURCE_ATTRIBUTES")
        if let name = reader.string("OTEL_SERVICE_NAME") { attributes.append(Attribute("service.name", .string(name))) }
        for problem in reader.problems { Diagnostics.report(.warning, problem) }
        return TelemetryResource(attributes)
    }
}
