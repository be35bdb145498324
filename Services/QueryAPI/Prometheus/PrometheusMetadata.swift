import TextCoding

/// What Prometheus says of metrics.
enum PrometheusMetadata {
    /// Appends a member of the answer: a family, with what is said of it by all who send it.
    static func append(_ name: String, _ metrics: [VirtualMetric], to bytes: inout [UInt8]) {
        JSONText.append(name, to: &bytes)
        bytes.append(contentsOf: ":[".utf8)
        for (index, metric) in metrics.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: #"{"type":"#.utf8)
            JSONText.append(metric.type, to: &bytes)
            bytes.append(contentsOf: #","help":"#.utf8)
            JSONText.append(metric.help, to: &bytes)
            bytes.append(contentsOf: #","unit":"#.utf8)
            JSONText.append(metric.unit, to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
    }
}
