/// Makes custom components that configuration files may name (OpenTelemetry specification, Declarative
/// configuration, PluginComponentProvider). Each is given its part of the file as it stands there.
public struct PluginComponents: Sendable {
    /// Makes one component from its properties.
    public typealias Maker<Component> = @Sendable (ConfigurationValue) throws -> Component

    private(set) var samplers: [String: Maker<any Sampler>] = [:]
    private(set) var propagators: [String: Maker<any TextMapPropagator>] = [:]
    private(set) var detectors: [String: Maker<any ResourceDetector>] = [:]
    private(set) var spanProcessors: [String: Maker<any SpanProcessor>] = [:]
    private(set) var spanExporters: [String: Maker<any SpanExporter>] = [:]
    private(set) var logProcessors: [String: Maker<any LogRecordProcessor>] = [:]
    private(set) var logExporters: [String: Maker<any LogRecordExporter>] = [:]
    private(set) var metricReaders: [String: Maker<any MetricReader>] = [:]
    private(set) var metricExporters: [String: Maker<any MetricExporter>] = [:]

    /// No components but the SDK's own.
    public init() {}

    /// Registers a sampler.
    public mutating func register(sampler name: String, _ make: @escaping Maker<any Sampler>) {
        samplers[name] = make
    }
    /// Registers a propagator.
    public mutating func register(propagator name: String, _ make: @escaping Maker<any TextMapPropagator>) {
        propagators[name] = make
    }
    /// Registers a resource detector.
    public mutating func register(resourceDetector name: String, _ make: @escaping Maker<any ResourceDetector>) {
        detectors[name] = make
    }
    /// Registers a span processor.
    public mutating func register(spanProcessor name: String, _ make: @escaping Maker<any SpanProcessor>) {
        spanProcessors[name] = make
    }
    /// Registers a span exporter.
    public mutating func register(spanExporter name: String, _ make: @escaping Maker<any SpanExporter>) {
        spanExporters[name] = make
    }
    /// Registers a log record processor.
    public mutating func register(logRecordProcessor name: String, _ make: @escaping Maker<any LogRecordProcessor>) {
        logProcessors[name] = make
    }
    /// Registers a log record exporter.
    public mutating func register(logRecordExporter name: String, _ make: @escaping Maker<any LogRecordExporter>) {
        logExporters[name] = make
    }
    /// Registers a metric reader.
    public mutating func register(metricReader name: String, _ make: @escaping Maker<any MetricReader>) {
        metricReaders[name] = make
    }
    /// Registers a metric exporter.
    public mutating func register(metricExporter name: String, _ make: @escaping Maker<any MetricExporter>) {
        metricExporters[name] = make
    }
}
