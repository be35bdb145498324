/// Which labels log records have for clients of Loki, and where their values are stored.
///
/// The labels of streams are those that Loki's OTLP endpoint makes of the resource by default. All else that is known of a
/// record beside its text is structured metadata.
enum LogLabelNames {
    /// The label that every stream has.
    static let service = "service_name"
    /// Its value for records without a service.
    static let unknownService = "unknown_service"

    /// The attributes of the resource that become labels of streams, beside the service's name.
    static let streamAttributes = [
        "cloud.availability_zone", "cloud.region", "container.name", "deployment.environment",
        "deployment.environment.name", "k8s.cluster.name", "k8s.container.name", "k8s.cronjob.name",
        "k8s.daemonset.name", "k8s.deployment.name", "k8s.job.name", "k8s.namespace.name", "k8s.pod.name",
        "k8s.replicaset.name", "k8s.statefulset.name", "service.instance.id", "service.namespace",
    ]

    /// The attribute of each label of streams, without the service's name.
    static let attributes: [String: String] = Dictionary(
        uniqueKeysWithValues: streamAttributes.map { (PrometheusNames.label($0), $0) }
    )

    /// Structured metadata that has a column of its own.
    enum Column: String, CaseIterable {
        case traceID = "trace_id"
        case spanID = "span_id"
        case flags
        case severityText = "severity_text"
        case severityNumber = "severity_number"
        case scopeName = "scope_name"
        case scopeVersion = "scope_version"
        case eventName = "event_name"
        case level = "detected_level"
    }

    /// Names that no attribute of a record can have: what would be called so is called `..._extracted`.
    static let reserved: Set<String> = Set(attributes.keys).union(Column.allCases.map(\.rawValue)).union([service])

    /// The label of an attribute that is structured metadata.
    static func metadata(_ key: String) -> String {
        let name = PrometheusNames.label(key)
        return reserved.contains(name) ? name + "_extracted" : name
    }
}
