import PromQL

/// Series that no client has sent: they are made of other tables when somebody asks for them.
protocol VirtualSeries: Sendable {
    /// The metrics, with what metadata says of them.
    var metrics: [VirtualMetric] { get }
    /// All series, with their samples in a span. The caller tests the labels; what no name matches need not be read.
    func series(_ matchers: [LabelMatcher], in span: TimeSpan) async throws -> [SampledSeries]
    /// The labels alone.
    func labelSets(_ matchers: [LabelMatcher], in span: TimeSpan) async throws -> [Labels]
}

/// A metric that is made here.
struct VirtualMetric: Sendable {
    let name: String
    let type: String
    let help: String
    let unit: String
}

extension VirtualSeries {
    /// Whether matchers may mean one of the names.
    func isMeant(by matchers: [LabelMatcher], _ names: [String]) -> Bool {
        let matchers = NameMatchers(matchers)
        return names.contains { matchers.match($0) }
    }
}
