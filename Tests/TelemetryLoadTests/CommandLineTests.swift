import ArgumentParser
import Testing

@testable import TelemetryLoad

@Suite("The command line of otlp-load")
struct CommandLineTests {
    @Test(
        "takes times as people write them",
        arguments: [("300", 300.0), ("90s", 90), ("5m", 300), ("1.5h", 5_400)]
    )
    func times(text: String, seconds: Double) throws {
        #expect(try OTLPLoad.parse(["--duration", text]).duration == seconds)
    }

    @Test(
        "refuses what cannot be sent",
        arguments: [
            ["--duration", "soon"], ["--duration", "0"], ["--rate", "0"], ["--rate", "-5"], ["--batch", "0"],
            ["--workers", "0"], ["--protocol", "udp"], ["--signal", "profiles"], ["--endpoint", "127.0.0.1:4318"],
            ["--attributes", "1000"], ["--rate", "1000000", "--batch", "1"], ["--header", "nothing"],
        ]
    )
    func refused(words: [String]) {
        #expect(throws: (any Error).self) { try OTLPLoad.parse(words) }
    }

    @Test("has what the documents name as defaults")
    func defaults() throws {
        let load = try OTLPLoad.parse([])
        #expect(load.rate == 100_000 && load.workers == 20 && load.batch == 512 && load.attributes == 12)
        #expect(load.transport == .http && load.signal == .traces && load.minRate == nil)
    }
}
