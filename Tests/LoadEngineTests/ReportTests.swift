import Testing

@testable import LoadEngine

@Suite("A report")
struct ReportTests {
    @Test("keeps a bounded number of intervals, and loses no request by it")
    func bounded() {
        var series = TimeSeries()
        for number in 0..<200 as Range<Int64> {
            let sample = RequestSample(
                visitClass: "normal",
                step: "s",
                due: Instant(nanoseconds: number),
                started: Instant(nanoseconds: number),
                ended: Instant(nanoseconds: number + 1_000),
                outcome: .status(200),
                isExpected: true
            )
            series.count(sample, at: Double(number) * 30)
        }
        series.finish()
        #expect(series.points.count <= TimeSeries.capacity)
        #expect(series.points.reduce(0) { $0 + $1.requests } == 200)
        #expect(series.interval == 16)
        #expect(zip(series.points, series.points.dropFirst()).allSatisfy { $1.at - $0.at == series.interval })
    }

    @Test("exports distributions that HdrHistogram's own tools read: value, percentile, count")
    func hgrm() throws {
        var histogram = LatencyHistogram()
        for milliseconds in 1...1_000 as ClosedRange<Int64> { histogram.record(milliseconds * 1_000_000) }
        let lines = histogram.hgrm.split(separator: "\n")
        #expect(lines[0].split(separator: " ") == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"])
        let rows = lines.dropFirst().filter { !$0.hasPrefix("#") }.map {
            $0.split(separator: " ").compactMap { Double($0) }
        }
        let half = try #require(rows.first { $0[1] == 0.5 })
        #expect(abs(half[0] - 500) <= 1 && half[2] == 500)
        #expect(rows.last?[1] == 1 && rows.last?[2] == 1_000)
    }

    @Test(
        "writes latencies as people read them",
        arguments: [
            (0, "0.00 ms"), (420_000, "0.42 ms"), (7_380_000, "7.3 ms"), (184_000_000, "184 ms"),
            (2_350_000_000, "2.35 s"), (60_040_000_000, "60.04 s"),
        ] as [(Int64, String)]
    )
    func milliseconds(nanoseconds: Int64, text: String) {
        #expect(Milliseconds.text(nanoseconds) == text)
    }
}
