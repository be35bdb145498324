import PromQL

/// Makes the labels of a series from its resource, its scope and its attributes.
struct SeriesLabels: Sendable {
    /// Resource attributes that become labels of every series.
    var promoted: [String] = []
    /// Whether the scope's name and version do.
    var hasScope = false

    /// The labels, without the metric's name.
    func labels(
        resource: [String: String],
        scope: (name: String, version: String),
        attributes: [String: String]
    ) -> [String: String] {
        var labels = PrometheusNames.labels(attributes)
        for key in promoted { if let value = resource[key] { labels[PrometheusNames.label(key)] = value } }
        if hasScope {
            labels["otel_scope_name"] = scope.name
            labels["otel_scope_version"] = scope.version
        }
        labels.merge(Self.target(of: resource)) { _, target in target }
        return labels
    }

    /// `job` and `instance`: which process of which service.
    static func target(of resource: [String: String]) -> [String: String] {
        var labels: [String: String] = [:]
        if let service = resource["service.name"], !service.isEmpty {
            let namespace = resource["service.namespace"] ?? ""
            labels["job"] = namespace.isEmpty ? service : "\(namespace)/\(service)"
        }
        if let instance = resource["service.instance.id"], !instance.isEmpty { labels["instance"] = instance }
        return labels
    }

    /// The labels of `target_info`; `nil` for a resource that has nothing beside what identifies it, or not even that.
    static func targetInfo(of resource: [String: String]) -> [String: String]? {
        let target = target(of: resource)
        let identity: Set = ["service.name", "service.namespace", "service.instance.id"]
        let others = resource.filter { !identity.contains($0.key) }
        guard !target.isEmpty, !others.isEmpty else { return nil }
        return PrometheusNames.labels(others).merging(target) { _, target in target }
    }
}
