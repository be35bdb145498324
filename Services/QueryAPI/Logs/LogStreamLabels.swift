import PromQL

/// The labels of a record's stream.
enum LogStreamLabels {
    /// The labels that a service and its resource make, and what of the resource makes none.
    static func labels(
        service: String,
        _ resource: [String: String]
    ) -> (labels: Labels, rest: [(key: String, value: String)]) {
        var labels = [LogLabelNames.service: service.isEmpty ? LogLabelNames.unknownService : service]
        var rest = resource
        rest["service.name"] = nil
        for (name, attribute) in LogLabelNames.attributes {
            guard let value = rest.removeValue(forKey: attribute), !value.isEmpty else { continue }
            labels[name] = value
        }
        return (Labels(labels), rest.sorted { $0.key < $1.key })
    }
}
