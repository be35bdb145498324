import FoundationEssentials
import Logging
import ServiceKit
import ServiceLifecycle
import Tracing

/// The back office's own reports: none as a rule, many at once when it has much to close.
struct ReportSchedule: Service {
    let valuation: StockValuation
    /// Its intensity is how many reports run at once.
    let weakness: Weakness
    let logger: Logger
    var interval: Duration = .milliseconds(200)
    /// How many days each report values.
    var days = 1

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if let count = weakness.intensity { await runReports(Int(count)) }
                try? await Task.sleep(for: interval)
            }
        }
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
