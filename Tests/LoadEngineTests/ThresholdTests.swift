import Testing

@testable import LoadEngine

@Suite("Thresholds")
struct ThresholdTests {
    private static let classes = ["normal", "anomaly", "edge_case"]

    private func sample(milliseconds: Int64, status: Int, _ visitClass: String) -> RequestSample {
        RequestSample(
            visitClass: visitClass,
            step: "s",
            due: Instant(nanoseconds: 0),
            started: Instant(nanoseconds: milliseconds * 500_000),
            ended: Instant(nanoseconds: milliseconds * 1_000_000),
            outcome: .status(status),
            isExpected: status == 200
        )
    }

    /// A hundred answers of normal visitors, 1 to 100 ms, and ten failures of odd ones.
    private var report: LoadReport {
        let report = LoadReport(began: Instant(nanoseconds: 0), classes: Self.classes)
        for milliseconds in 1...100 as ClosedRange<Int64> {
            report.record(sample(milliseconds: milliseconds, status: 200, "normal"), error: nil)
        }
        for _ in 0..<10 { report.record(sample(milliseconds: 1_000, status: 500, "anomaly"), error: nil) }
        return report
    }

    @Test(
        "are crossed when they hold",
        arguments: [
            ("p99>500ms", true), ("normal:p99>500ms", false), ("normal:p99>=99ms", true), ("p50<20ms", false),
            ("normal:service_p99 > 60ms", false), ("max>=1s", true), ("error_rate>5%", true),
            ("error_rate>0.5", false), ("normal:error_rate>0%", false), ("anomaly:server_error_rate>=100%", true),
            ("mean<=1us", false), ("request_rate<12/s", true), ("request_rate<10", false),
            ("edge_case:p99>0ms", false),
        ]
    )
    func crossed(text: String, isCrossed: Bool) throws {
        let result = try Threshold(text, classes: Self.classes).result(report.current, elapsed: 10)
        #expect(result.crossed == isCrossed, "\(result)")
        #expect(result.threshold == text)
    }

    @Test(
        "that make no sense are refused with what is allowed",
        arguments: [
            "p99", "p99>", "p99>5", "p99>5%", "p99>-5ms", "p0>5ms", "p101>5ms", "q99>5ms", "error_rate>5ms",
            "error_rate>500%", "tourist:p99>5ms", "normal:late_rate>1%", "p99>1e3ms", "p99>infs", "",
        ]
    )
    func refused(text: String) throws {
        let error = #expect(throws: ThresholdError.self) { try Threshold(text, classes: Self.classes) }
        #expect(error?.description.contains("'\(text)'") == true)
        #expect(error?.description.contains("CLASS: normal, anomaly, edge_case") == true)
    }
}
