import Glibc
import LoadEngine

/// A run in figures, as `--json` prints it. docs/otlp-load.md says what each member means.
struct ExportSummary: Encodable, Sendable {
    /// What was asked for.
    struct Plan: Encodable, Sendable {
        let endpoint: String
        let `protocol`: String
        let signal: String
        let rate: Double
        let duration: Double
        let workers: Int
        let batch: Int
        let attributes: Int

        private enum CodingKeys: String, CodingKey {
            case endpoint, `protocol`, signal, rate
            case duration = "duration_s"
            case workers, batch, attributes
        }
    }

    let schema = "faultline-otlp-load/1"
    /// Stands in `service.instance.id` of every resource.
    let run: String
    let plan: Plan
    let elapsed: Double
    let records: RecordCounts
    /// Records sent a second.
    let sentRate: Double
    /// Records acknowledged a second.
    let acknowledgedRate: Double
    let megabytesPerSecond: Double
    let requests: LoadSummary.Part
    let generator: LoadSummary.Generator
    /// Processor time of this process for each record that was sent, in microseconds.
    let cpuPerRecord: Double

    init(run: String, plan: Plan, elapsed: Double, records: RecordCounts, bodyBytes: Int, state: LoadReport.State) {
        self.run = run
        self.plan = plan
        self.elapsed = elapsed
        self.records = records
        func rate(_ count: Int) -> Double { elapsed > 0 ? (Double(count) / elapsed * 10).rounded() / 10 : 0 }
        sentRate = rate(records.sent)
        acknowledgedRate = rate(records.acknowledged)
        let bytes = Double(records.sent / max(1, plan.batch)) * Double(bodyBytes)
        megabytesPerSecond = elapsed > 0 ? (bytes / elapsed / 1e4).rounded() / 100 : 0
        requests = LoadSummary.Part(plan.signal, state.total, seconds: elapsed)
        let generator = LoadSummary.Generator(state)
        self.generator = generator
        cpuPerRecord = records.sent == 0 ? 0 : (generator.cpuSeconds / Double(records.sent) * 1e9).rounded() / 1e3
    }

    private enum CodingKeys: String, CodingKey {
        case schema, run, plan
        case elapsed = "elapsed_s"
        case records
        case sentRate = "sent_per_s"
        case acknowledgedRate = "acknowledged_per_s"
        case megabytesPerSecond = "megabytes_per_s"
        case requests, generator
        case cpuPerRecord = "cpu_us_per_record"
    }

    /// The end of a run, as a person reads it in a terminal.
    func text(_ signal: Signal) -> String {
        func milliseconds(_ value: Double) -> String { Milliseconds.text(Int64(value * 1e6)) }
        let response = requests.response
        var lines = [
            "\(plan.endpoint) (\(plan.protocol)), \(Int(elapsed.rounded())) s, \(plan.batch) \(signal.record) a request, "
                + "\(plan.attributes) attributes each, at most \(plan.workers) requests at once",
            "",
            "sent          \(records.sent) \(signal.record), \(Int(sentRate)) a second of the \(Int(plan.rate)) asked for",
            "acknowledged  \(records.acknowledged), \(Int(acknowledgedRate)) a second",
            "refused       \(records.refused), rejected \(records.rejected), unanswered \(records.unanswered), "
                + "never sent \(records.unsent)",
            "latency       p50 \(milliseconds(response.p50)), p90 \(milliseconds(response.p90)), "
                + "p99 \(milliseconds(response.p99)), p99.9 \(milliseconds(response.p999)), max "
                + "\(milliseconds(response.max)), from the moment at which a request was due",
            "service       p50 \(milliseconds(requests.service.p50)), p99 \(milliseconds(requests.service.p99)), "
                + "from its sending",
            "this process  \(cpuPerRecord) us of processor time a record",
        ]
        let statuses = requests.statuses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let failures = requests.failures.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        if !(statuses + failures).isEmpty {
            lines.append("answers       \((statuses + failures).joined(separator: ", "))")
        }
        lines += [
            "",
            "What was stored: SELECT count() FROM \(signal.table) WHERE "
                + "ResourceAttributes['service.instance.id'] = '\(run)'",
        ]
        return lines.joined(separator: "\n")
    }
}
