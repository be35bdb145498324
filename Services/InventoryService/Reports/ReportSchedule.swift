import FoundationEssentials
import Logging
import ServiceKit
import ServiceLifecycle
import Tracing

/// The back office's own reports: usually none, many at once at the end of a period.
struct ReportSchedule: Service {
    let valuation: StockValuation
    /// Its intensity is how many reports run at once.
    let weakness: Weakness
    let logger: Logger
    var interval: Duration = .milliseconds(200)
    /// How many days each report values.
    var days = 1

    func run() async throws {
        try await PeriodicWork(every: interval) {
            if let count = weakness.intensity { await runReports(Int(count)) }
        }
        .run()
    }

    /// Runs so many reports side by side, again and again, until there is no more need.
    private func runReports(_ count: Int) async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<count {
                group.addTask {
                    while weakness.intensity != nil, !Task.isCancelled { await runReport() }
                }
            }
        }
    }

    private func runReport() async {
        do {
            try await withSpan("stock_valuation_report") { span in
                span.attributes["app.report.days"] = days
                let lines = try await valuation.compute(days: days, now: Date().timeIntervalSince1970)
                logger.info(
                    "Stock valued",
                    metadata: ["product.count": "\(lines.count)", "report.days": "\(days)"]
                )
            }
        } catch {
            logger.warning("A stock valuation failed", metadata: ["cause": "\(error)"])
            try? await Task.sleep(for: interval)
        }
    }
}
