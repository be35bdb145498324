import Testing

@testable import QueryAPI

@Suite("Times of Prometheus' API")
struct TimeTests {
    @Test(
        "are seconds or RFC 3339",
        arguments: [
            ("1700000000", 1_700_000_000_000 as Int64), ("1700000000.1234", 1_700_000_000_123), ("-1.5", -1_500),
            ("1e9", 1_000_000_000_000), ("2023-11-14T22:13:20Z", 1_700_000_000_000),
            ("2023-11-14T23:13:20.5+01:00", 1_700_000_000_500), ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T00:00:00Z", 951_782_400_000), ("1969-12-31T23:59:59Z", -1_000),
            ("-292273086-05-16T16:47:06Z", -9_000_000_000_000_000_000),
            ("292277025-08-18T07:12:54.999999999Z", 9_000_000_000_000_000_000),
        ]
    )
    func instants(_ text: String, _ expected: Int64) throws {
        #expect(try PrometheusTime.instant(text, of: "time") == expected)
    }

    @Test(
        "are refused by the parameter's name when they are neither",
        arguments: [
            "", "now", "NaN", "Inf", "1e30", "0x10", "2023-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2023-01-01",
        ]
    )
    func refused(_ text: String) {
        let error = #expect(throws: QueryFailure.self) { try PrometheusTime.instant(text, of: "start") }
        #expect(error?.message.contains("\"start\"") == true)
    }

    @Test(
        "have durations in seconds or in Prometheus' own form",
        arguments: [("15", 15_000 as Int64), ("0.5", 500), ("1h30m", 5_400_000), ("250ms", 250)]
    )
    func durations(_ text: String, _ expected: Int64) throws {
        #expect(try PrometheusTime.duration(text, of: "step") == expected)
        #expect(throws: QueryFailure.self) { try PrometheusTime.duration("1 fortnight", of: "step") }
        #expect(throws: QueryFailure.self) { try PrometheusTime.duration("up", of: "step") }
    }

    @Test(
        "are written in seconds with up to three decimals",
        arguments: [(0 as Int64, "0"), (1_500, "1.5"), (1_001, "1.001"), (10, "0.01"), (-1_250, "-1.25")]
    )
    func written(_ milliseconds: Int64, _ expected: String) {
        var bytes: [UInt8] = []
        PrometheusTime.append(milliseconds, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test("beyond what can be stored become its ends")
    func clamped() {
        let span = TimeSpan(from: .min, through: .max)
        #expect(span.from == 0 && span.through == 4_102_444_800_000)
        #expect(TimeSpan(from: 2, through: 1).isEmpty)
    }
}
