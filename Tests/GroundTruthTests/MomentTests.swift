import Testing

@testable import GroundTruth

@Suite("A moment")
struct MomentTests {
    @Test(
        "reads RFC 3339 to the nanosecond and writes it back",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000000000Z"),
            ("2026-11-21T09:33:49.591698Z", 1_795_253_629_591_698_000, "2026-11-21T09:33:49.591698000Z"),
            ("2024-02-29T23:59:59.000000001+00:00", 1_709_251_199_000_000_001, "2024-02-29T23:59:59.000000001Z"),
            ("2000-03-01T00:00:00Z", 951_868_800_000_000_000, "2000-03-01T00:00:00.000000000Z"),
        ]
    )
    func text(_ text: String, _ nanoseconds: Int64, _ written: String) throws {
        let moment = try #require(Moment(text))
        #expect(moment.nanoseconds == nanoseconds)
        #expect(moment.text == written)
    }

    @Test(
        "refuses what is no time in UTC",
        arguments: [
            "", "yesterday", "2026-11-21", "2026-13-01T00:00:00Z", "2026-11-21T25:00:00Z", "2026-11-21T09:33:49",
            "2026-11-21T09:33:49+01:00", "2026-11-21T09:33:49.Z", "2026-11-21T09:33:49.1234567890Z",
        ]
    )
    func refusals(_ text: String) {
        #expect(Moment(text) == nil)
    }
}
