import Glibc
import LoadEngine
import ServiceKit
import ShopStories

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
                Output.say(ProgressLine.text(report.current, elapsed: elapsed) + suffix)
            }
        }
        return nil
    }

    /// Writes and prints the summary.
    ///
    /// - Throws: ``OutputError``.
    func finish(_ summary: RunSummary, _ state: LoadReport.State) throws(OutputError) {
        let total = state.total
        if let path = reporting.summaryJSON { try OutputFile.replace(path, with: JSON.encode(summary)) }
        if let path = reporting.summaryHTML {
            try OutputFile.replace(path, with: Array(summary.page(total).html.utf8))
        }
        if let prefix = reporting.hgrm {
            try OutputFile.replace("\(prefix).response.hgrm", with: Array(total.responseTime.hgrm.utf8))
            try OutputFile.replace("\(prefix).service.hgrm", with: Array(total.serviceTime.hgrm.utf8))
        }
        Output.say("done")
        print(SummaryTable(summary: summary.load, heading: summary.heading).text)
        if let error = state.lastError { print("The last request without an answer: \(error)") }
        fflush(nil)
    }
}
