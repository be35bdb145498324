import ArgumentParser
import Foundation
import ServiceKit
import Testing

@testable import DataGenerator

/// Each of these is the whole program in a process of its own, against a shop that answers everything.
@Suite("The program's exit status", .timeLimit(.minutes(3)))
struct ExitStatusTests {
    /// Runs the program in this process, which ends with it unless all went well.
    static func run(_ arguments: String...) async throws {
        let shop = try AnsweringShop()
        try await shop.serving {
            await DataGenerator.main(
                ["--target", "http://\(shop.origin.host):\(shop.origin.port)", "--rate", "20", "--duration", "1"]
                    + arguments
            )
        }
    }

    @Test("is 0 when the run ended and kept its thresholds")
    func success() async {
        await #expect(processExitsWith: .success) {
            try await Self.run("--classes", "normal", "--fail-if", "error_rate>1%")
        }
    }

    @Test("is 1 when the run cannot be written down as was asked")
    func unwritable() async {
        await #expect(processExitsWith: .exitCode(1)) {
            let folder = FileManager.default.temporaryDirectory.path + "/never-made-\(UInt64.random(in: 0 ... .max))"
            try await Self.run("--summary-json", folder + "/summary.json")
        }
    }

    @Test("is 64 when the command line cannot be used")
    func usage() async {
        await #expect(processExitsWith: .exitCode(64)) { try await Self.run("--visa-share", "2") }
        await #expect(processExitsWith: .exitCode(64)) { try await Self.run("--scenario", "no_such_story") }
        await #expect(processExitsWith: .exitCode(64)) { try await Self.run("--fail-if", "p99>soon") }
    }

    @Test("is 99 when a threshold was crossed")
    func crossed() async {
        await #expect(processExitsWith: .exitCode(99)) { try await Self.run("--fail-if", "request_rate>1") }
    }
}
