import Glibc
import ServiceKit

extension LoadService {
    /// Draws on a terminal, or prints a line each interval, until the load stops.
    func tell(_ report: LoadReport, _ incidents: IncidentLog) async -> (any Error)? {
        var live = LiveView.isPossible ? LiveView() : nil
        let interval = live == nil ? reporting.progress : LiveView.interval
        let heading = "\(plan.target.shop)  \(plan.closed.map { "\($0.users) users" } ?? plan.arrivals.description)"
        var next = interval
        while !control.isStopping, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(50))
            let elapsed = report.elapsed
            guard elapsed >= next else { continue }
            next += interval
            let shown = reporting.showTruth ? incidents.current : nil
            live?.draw(report.current, elapsed: elapsed, heading: heading, incidents: shown)
            if live == nil {
                let names = shown?.map(\.rawValue).joined(separator: ", ") ?? ""
                let suffix = names.isEmpty ? "" : " [\(names)]"
                ProgressLine.say(ProgressLine.text(report.current, elapsed: elapsed) + suffix)
            }
        }
        return nil
    }

    /// Writes and prints the summary.
    ///
    /// - Throws: ``OutputError``.
    func finish(_ summary: LoadSummary, _ state: LoadReport.State) throws(OutputError) {
        let total = state.total
        if let path = reporting.summaryJSON { try OutputFile.replace(path, with: JSON.encode(summary)) }
        if let path = reporting.summaryHTML {
            let page = SummaryPage(
                summary: summary,
                response: total.responseTime.distribution,
                service: total.serviceTime.distribution
            )
            try OutputFile.replace(path, with: Array(page.html.utf8))
        }
        if let prefix = reporting.hgrm {
            try OutputFile.replace("\(prefix).response.hgrm", with: Array(total.responseTime.hgrm.utf8))
            try OutputFile.replace("\(prefix).service.hgrm", with: Array(total.serviceTime.hgrm.utf8))
        }
        ProgressLine.say("done")
        print(SummaryTable(summary: summary).text)
        if let error = state.lastError { print("The last request without an answer: \(error)") }
        fflush(nil)
    }
}
