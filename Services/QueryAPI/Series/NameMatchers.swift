import PromQL

/// What a selector says of the metric's name.
struct NameMatchers {
    private let matchers: [LabelMatcher]

    init(_ matchers: [LabelMatcher]) {
        self.matchers = matchers.filter { $0.name == Labels.metricName }
    }

    /// Whether anything is said.
    var areGiven: Bool { !matchers.isEmpty }

    /// Whether a name satisfies all that is said.
    func match(_ name: String) -> Bool {
        matchers.allSatisfy { $0.matches(name) }
    }

    /// Whether this very name is asked for.
    func mean(_ name: String) -> Bool {
        matchers.contains { $0.operation == .equal && $0.value == name } && match(name)
    }

    /// Whether OpenTelemetry's own name is asked for, such as `{"http.server.request.duration"}`.
    func isAlias(of stream: MetricStream) -> Bool {
        stream.name != stream.family && mean(stream.name)
    }
}
