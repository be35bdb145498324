import Exposition
import HTTPCore
import HTTPTypes
import ServiceKit

/// What operators ask the collector: `GET /metrics` and `GET /health`.
struct Administration: Sendable {
    let pipeline: Pipeline

    /// Adds `/metrics`, in Prometheus' text format.
    func addMetrics(to router: inout Router, _ figures: Figures) {
        router.get("/metrics") { _, _ in
            var output = PrometheusText()
            figures.write(to: &output)
            return Response(status: .ok, headers: [.contentType: PrometheusText.contentType], body: .text(output.text))
        }
    }

    /// Adds `/health`: the collector serves. Whether ClickHouse takes rows is said beside that, and is no reason to
    /// restart the collector, which holds them.
    func addHealth(to router: inout Router) {
        router.get("/health") { _, _ in
            let rows = pipeline.queuedItems
            let isFailing = pipeline.statistics.snapshot.rows.values.contains { $0.isFailing }
            let text =
                #"{"status":"ok","service":"collector","clickhouse":"\#(isFailing ? "failing" : "ok")","#
                + #""queued_rows":\#(rows),"queue_bytes":\#(pipeline.budget.usedBytes)}"#
            return Response(status: .ok, headers: [.contentType: "application/json"], body: .text(text))
        }
    }

    /// Adds `/ready`: whether requests are taken now. A full log or disk is a reason to send elsewhere; a ClickHouse that
    /// is away is none.
    func addReadiness(to router: inout Router) {
        router.get("/ready") { _, _ in
            let refusal = pipeline.gauges.lazy.compactMap { $0.gauge.refusal(of: 0) }.first
            guard let refusal else { return Response(status: .ok, body: .text("ready\n")) }
            return Response(status: .serviceUnavailable, headers: [.retryAfter: "1"], body: .text("\(refusal)\n"))
        }
    }
}
