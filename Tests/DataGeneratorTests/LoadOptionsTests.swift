import ArgumentParser
import Foundation
import LoadEngine
import ServiceKit
import Testing

@testable import DataGenerator
@testable import ShopStories

@Suite("The load's options")
struct LoadOptionsTests {
    private func plan(_ words: [String], _ environment: [String: String]) throws -> LoadPlan {
        try LoadOptions.parse(words).plan(Settings(environment: environment))
    }

    private let environment = [
        "LOAD_SCENARIO": "calm", "LOAD_RATE": "7.5", "LOAD_SEED": "42", "LOAD_CLASSES": "40/30/20/10",
    ]

    @Test("come from the environment where the command line says nothing")
    func variables() throws {
        let plan = try plan([], environment)
        #expect(plan.scenario?.name == "calm")
        #expect(plan.arrivals.description == "constant:7.5")
        #expect(plan.seed == 42)
        #expect(plan.classes == ClassShares("40/30/20/10"))
    }

    @Test("come from the command line first")
    func commandLine() throws {
        let words = ["--scenario", "soak", "--rate", "3", "--seed", "9", "--classes", "normal"]
        let plan = try plan(
            words,
            environment.merging(["ADMIN_TOKEN": "a-token-for-tests-only"]) { $1 }
        )
        #expect(plan.scenario?.name == "soak")
        #expect(plan.arrivals.description == "constant:3.0")
        #expect(plan.seed == 9)
        #expect(plan.classes == .normal)
    }

    @Test("come from the file where neither says anything, and an empty variable says nothing")
    func file() throws {
        let file = try Self.file("LOAD_SCENARIO: calm\nLOAD_RATE: 2.5\nLOAD_SEED: 7\nLOAD_CLASSES: 40/30/20/10\n")
        defer { try? FileManager.default.removeItem(atPath: file) }
        for (words, environment) in [(["--config", file], [:]), ([], ["LOAD_CONFIG": file, "LOAD_RATE": ""])] {
            let plan = try plan(words, environment)
            #expect(plan.scenario?.name == "calm")
            #expect(plan.arrivals.description == "constant:2.5")
            #expect(plan.seed == 7)
            #expect(plan.classes == ClassShares("40/30/20/10"))
        }
        let above = try plan(["--config", file, "--seed", "9"], ["LOAD_RATE": "3", "LOAD_CLASSES": "normal"])
        #expect(above.arrivals.description == "constant:3.0" && above.classes == .normal && above.seed == 9)
        #expect(above.scenario?.name == "calm")
    }

    @Test(
        "name what is wrong with the file, in one line",
        arguments: [
            ("LOAD_SPEED: 5\n", "'LOAD_SPEED' is not known here"),
            ("LOAD_RATE: fast\n", "LOAD_RATE='fast' cannot be used"),
            ("- LOAD_RATE\n", "must have members"), ("LOAD_SEED: [1\n", "not YAML"), ("", "the file is empty"),
        ]
    )
    func badFile(text: String, complaint: String) throws {
        let file = try Self.file(text)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let error = try #require(#expect(throws: ValidationError.self) { try plan(["--config", file], [:]) })
        #expect(error.message.contains(complaint), "\(error.message)")
        #expect(!error.message.contains("\n"))
    }

    @Test("name a file that is not there")
    func missingFile() {
        let error = #expect(throws: ValidationError.self) { try plan([], ["LOAD_CONFIG": "/nowhere/config.yaml"]) }
        #expect(error?.message == "/nowhere/config.yaml: there is no such file")
    }

    private static func file(_ text: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "config-\(UUID().uuidString).yaml").path
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }

    @Test("without either are a load without incidents")
    func defaults() throws {
        let plan = try plan([], [:])
        #expect(plan.scenario == nil && plan.seed == 1 && plan.classes == .all && plan.duration == nil)
        #expect(plan.arrivals.description == "constant:5.0")
    }

    @Test("let a scenario that repeats run until it is stopped, unless a duration is given")
    func endless() throws {
        let token = ["ADMIN_TOKEN": "a-token-for-tests-only", "LOAD_SCENARIO": "plan"]
        #expect(try plan([], token).duration == nil)
        #expect(try plan(["--scenario", "plan"], token).duration == nil)
        #expect(try plan([], ["LOAD_SCENARIO": "calm"]).duration == nil)
        #expect(try plan([], token.merging(["LOAD_SCENARIO": "demo"]) { $1 }).scenario?.repeats == true)
        #expect(try plan(["--scenario", "calm"], token).duration == 600_000_000_000)
        #expect(try plan(["--duration", "60"], token).duration == 60_000_000_000)
    }

    @Test(
        "name the variable that cannot be used",
        arguments: [
            ("LOAD_RATE", "0"), ("LOAD_RATE", "fast"), ("LOAD_SEED", "-1"), ("LOAD_CLASSES", "70/15/10"),
        ]
    )
    func refused(variable: String, value: String) {
        let error = #expect(throws: ValidationError.self) { try plan([], [variable: value]) }
        #expect(error?.message.hasPrefix("\(variable)='\(value)' cannot be used: set it to ") == true)
    }

    @Test("name the scenarios that there are when another is asked for")
    func unknownScenario() {
        let error = #expect(throws: ValidationError.self) { try plan([], ["LOAD_SCENARIO": "doom"]) }
        #expect(error?.message.contains("calm, cascade_failure") == true)
    }
}
