/// A run as a self-contained HTML page, without scripts or external resources.
package struct SummaryPage {
    package let summary: LoadSummary
    package let title: String
    /// What was done, in a line.
    package let heading: String
    /// More sections, as HTML.
    package let sections: String
    /// Percentiles of all response times and all service times, with nanoseconds.
    package let response: [(percentile: Double, nanoseconds: Int64)]
    package let service: [(percentile: Double, nanoseconds: Int64)]

    /// Creates a page.
    ///
    /// - Parameters:
    ///   - title: The document's title.
    ///   - counts: What all latencies are taken from.
    package init(summary: LoadSummary, title: String, heading: String, sections: String = "", counts: LoadCounts) {
        self.summary = summary
        self.title = title
        self.heading = heading
        self.sections = sections
        response = counts.responseTime.distribution
        service = counts.serviceTime.distribution
    }

    /// The whole document.
    package var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(title))</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <header>
        <h1>Load run</h1>
        <p>\(escaped(heading))</p>
        </header>
        <main>
        \(figures)
        \(charts)
        <h2>By class</h2>
        \(table("Class", summary.classes + [summary.total]))
        <h2>By step</h2>
        \(table("Step", summary.steps))
        \(thresholds)
        \(sections)
        <p class="note">Response times count from the moment at which a request was due, service times from the moment at
        which it was sent. Where the two differ, requests waited for the generator or for a free connection.</p>
        </main>
        </body>
        </html>

        """
    }

    // MARK: Figures and tables

    private var figures: String {
        let total = summary.total
        let cells = [
            ("Requests", "\(total.requests)"),
            ("Requests a second", SummaryTable.short(total.requestsPerSecond.rounded())),
            ("Errors", SummaryTable.percent(total.errorRate)), ("p50", milliseconds(total.response.p50)),
            ("p99", milliseconds(total.response.p99)), ("Max", milliseconds(total.response.max)),
            ("Late starts", "\(summary.generator.lateStarts)"),
        ]
        let items = cells.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }
        return "<dl class=\"figures\">\(items.joined())</dl>"
    }

    private func table(_ heading: String, _ parts: [LoadSummary.Part]) -> String {
        let names = [
            heading, "Requests", "Errors", "Error rate", "5xx", "p50", "p90", "p99", "p99.9", "Max", "Service p99",
        ]
        let rows = parts.map { part in
            let cells = [
                "\(part.requests)", "\(part.errors)", "\(SummaryTable.percent(part.errorRate))",
                "\(part.serverErrors)", milliseconds(part.response.p50), milliseconds(part.response.p90),
                milliseconds(part.response.p99), milliseconds(part.response.p999), milliseconds(part.response.max),
                milliseconds(part.service.p99),
            ]
            return "<tr><th scope=\"row\">\(escaped(part.name))</th>\(cells.map { "<td>\($0)</td>" }.joined())</tr>"
        }
        let head = names.map { "<th scope=\"col\">\($0)</th>" }.joined()
        return """
            <div class="wide"><table><thead><tr>\(head)</tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
            """
    }

    private var thresholds: String {
        guard !summary.thresholds.isEmpty else { return "" }
        let rows = summary.thresholds.map { result in
            let value = result.value.map(SummaryTable.short) ?? "nothing counted"
            return "<tr><th scope=\"row\">\(escaped(result.threshold))</th><td>\(value)</td>"
                + "<td>\(result.crossed ? "<b>crossed</b>" : "kept")</td></tr>"
        }
        return "<h2>Thresholds</h2><div class=\"wide\"><table><thead><tr><th scope=\"col\">Fails if</th>"
            + "<th scope=\"col\">Value</th><th scope=\"col\">Outcome</th></tr></thead><tbody>\(rows.joined())</tbody>"
            + "</table></div>"
    }

    // MARK: Charts

    private var charts: String {
        let points = summary.series.points
        let interval = summary.series.interval
        func over(_ value: (TimeSeries.Point) -> Double) -> [(x: Double, y: Double)] {
            points.map { ($0.at + interval / 2, value($0)) }
        }
        // An interval without an answer has no latency.
        func answered(_ value: (TimeSeries.Point) -> Double) -> [(x: Double, y: Double)] {
            over(value).filter { $0.y > 0 }
        }
        let rate = LineChart(
            title: "Requests and errors a second",
            lines: [
                .init(name: "requests", style: 1, points: over { Double($0.requests) / interval }),
                .init(name: "errors", style: 3, points: over { Double($0.errors) / interval }),
            ],
            xTicks: LineChart.ticks(to: max(summary.duration, 1), unit: "s"),
            yUnit: ""
        )
        let latency = LineChart(
            title: "Response time over the run",
            lines: [
                .init(name: "service p99", style: 4, points: answered { $0.serviceP99 }),
                .init(name: "p99", style: 1, points: answered { $0.p99 }),
                .init(name: "p50", style: 2, points: answered { $0.p50 }),
            ],
            xTicks: LineChart.ticks(to: max(summary.duration, 1), unit: "s"),
            yUnit: "ms"
        )
        let distribution = LineChart(
            title: "Latency by percentile",
            lines: [
                .init(name: "service time", style: 4, points: Self.distribution(service)),
                .init(name: "response time", style: 1, points: Self.distribution(response)),
            ],
            xTicks: [(0, "0"), (1, "90 %"), (2, "99 %"), (3, "99.9 %"), (4, "99.99 %"), (5, "99.999 %")],
            yUnit: "ms"
        )
        return [rate, latency, distribution].map(\.svg).joined(separator: "\n")
    }

    /// Nines to the right, milliseconds up; the last point, which has infinitely many nines, is left out.
    private static func distribution(
        _ points: [(percentile: Double, nanoseconds: Int64)]
    ) -> [(x: Double, y: Double)] {
        points.filter { $0.percentile < 99.9999 }.map { point in
            (x: LineChart.nines(point.percentile), y: Double(point.nanoseconds) / 1e6)
        }
    }

    private func milliseconds(_ value: Double) -> String { Milliseconds.text(Int64(value * 1e6)) }

    private static let style = """
        :root { color-scheme: light dark; --ink: #1c2430; --soft: #5c6675; --line: #d8dde5; --paper: #fff;
          --c1: #2563c9; --c2: #178a6a; --c3: #c53030; --c4: #b7791f; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa5b5; --line: #38414f; --paper: #151a21;
          --c1: #6ea8ff; --c2: #4cc9a0; --c3: #ff7b72; --c4: #e3b341; } }
        body { margin: 0 auto; max-width: 70rem; padding: 1.5rem 1rem 3rem; font: 15px/1.5 system-ui, sans-serif;
          color: var(--ink); background: var(--paper); }
        h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        header p, .note { color: var(--soft); margin: .25rem 0 0; }
        .figures { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin: 1.5rem 0; }
        .figures dt { color: var(--soft); font-size: .85rem; } .figures dd { margin: 0; font-size: 1.35rem; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th:first-child { text-align: left; font-weight: 500; } thead th { color: var(--soft); font-weight: 500; }
        figure { margin: 1.5rem 0; } figcaption { font-weight: 600; } svg { width: 100%; height: auto; display: block; }
        svg text { fill: var(--soft); font-size: 12px; } svg .grid { stroke: var(--line); }
        svg polyline { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
        .s1 { stroke: var(--c1); } .s2 { stroke: var(--c2); } .s3 { stroke: var(--c3); } .s4 { stroke: var(--c4); }
        .k { display: inline-block; width: 1.2rem; height: .2rem; vertical-align: middle; margin: 0 .35rem 0 1rem; }
        .k1 { background: var(--c1); } .k2 { background: var(--c2); } .k3 { background: var(--c3); }
        .k4 { background: var(--c4); } .keys { color: var(--soft); font-weight: 400; font-size: .9rem; }
        """
}

/// Text as it may stand in a page.
package func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for character in text {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        default: result.append(character)
        }
    }
    return result
}
