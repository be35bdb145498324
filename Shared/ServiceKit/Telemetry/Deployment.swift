import OTelSDK

/// What all telemetry of the suite says of where it comes from: which build, of which system, in which environment.
///
/// The environment is `ENVIRONMENT`, or `demo`; `OTEL_RESOURCE_ATTRIBUTES` may say otherwise for each attribute. It goes
/// by both names: `deployment.environment.name` is the conventions' today, `deployment.environment` is what it was
/// until 1.27 and what many dashboards still read.
struct Deployment: ResourceDetector {
    /// The version of this build, which is also the tag of its images.
    static let version = "1.0.0"

    let name = "faultline"
    /// The environment's name, such as `production`.
    let environment: String

    /// - Parameters:
    ///   - variables: The environment's variables.
    ///   - said: What the user says of the resource.
    init(
        _ variables: [String: String] = OTelConfiguration.processEnvironment,
        said: TelemetryResource = .empty
    ) {
        environment =
            said.text("deployment.environment.name") ?? said.text("deployment.environment")
            ?? variables["ENVIRONMENT"].flatMap { $0.isEmpty ? nil : $0 } ?? "demo"
    }

    func detect() -> TelemetryResource {
        TelemetryResource(texts: [
            "service.namespace": "faultline",
            "service.version": Self.version,
            "deployment.environment.name": environment,
            "deployment.environment": environment,
        ])
    }
}

extension Assembly {
    /// The version of this build, as the telemetry names it: `service.version`.
    public var version: String { Deployment.version }

    /// The environment that this process runs in, as the telemetry names it: `deployment.environment.name`.
    public var environment: String {
        let said = (try? OTelConfiguration.fromEnvironment())?.resourceAttributes ?? []
        return Deployment(said: TelemetryResource(said)).environment
    }
}
