import Foundation
import Testing

@testable import LoadEngine
@testable import ShopStories

@Suite("Scenarios")
struct ScenarioTests {
    private func scenario(_ yaml: String) throws -> Scenario {
        try Scenario(yaml: yaml, file: "x.yaml", seed: 1)
    }

    @Test("that are built in are those of the folder, and tell what they are named after")
    func builtIn() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Shared/ShopStories/scenarios").standardized
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).map {
            String($0.prefix { $0 != "." })
        }
        #expect(Set(files) == Set(ScenarioLibrary.names))
        for name in ScenarioLibrary.names {
            let scenario = try ScenarioLibrary.scenario(name, seed: 1)
            #expect(scenario.name == name && !scenario.description.isEmpty)
            if let kind = IncidentKind(rawValue: name) { #expect(scenario.incidents.map(\.kind) == [kind]) }
        }
        for kind in IncidentKind.allCases { #expect(ScenarioLibrary.names.contains(kind.rawValue)) }
    }

    @Test("tell ten minutes with three incidents, half an hour with nine, and one with none")
    func stories() throws {
        let demo = try ScenarioLibrary.scenario("demo", seed: 1)
        #expect(demo.duration == 600 && demo.incidents.count == 3)
        #expect(demo.incidents.map(\.difficulty) == [.easy, .medium, .hard])
        let soak = try ScenarioLibrary.scenario("soak", seed: 1)
        #expect(soak.duration == 1_800 && Set(soak.incidents.map(\.kind)) == Set(IncidentKind.allCases))
        #expect(try ScenarioLibrary.scenario("calm", seed: 1).incidents.isEmpty)
    }

    @Test("at random times keep the plan's rates exactly, one incident at a time, as the seed says", arguments: 1...50)
    func random(seed: UInt64) throws {
        let plan = try ScenarioLibrary.scenario("plan", seed: seed)
        let rates: [IncidentKind: Double] = [.paymentTimeout: 0.05, .cascadeFailure: 0.02, .intermittentError: 0.03]
        for (kind, rate) in rates {
            let time = plan.incidents.filter { $0.kind == kind }.reduce(0) { $0 + $1.duration }
            #expect(abs(time - rate * plan.duration) < 1e-6)
        }
        #expect(plan.incidents.reduce(0) { $0 + $1.duration } == 0.1 * plan.duration)
        var quietFrom = 0.0
        for incident in plan.incidents {
            #expect(incident.start - quietFrom >= 60 - 1e-9)
            quietFrom = incident.end
        }
        #expect(plan.duration - quietFrom >= 60 - 1e-9)
        #expect(try ScenarioLibrary.scenario("plan", seed: seed) == plan)
        #expect(try ScenarioLibrary.scenario("plan", seed: seed + 1) != plan)
    }

    @Test("that are told faster keep their proportions, and what grows grows faster")
    func compressed() throws {
        let story = try ScenarioLibrary.scenario("visa_cache_full", seed: 1).compressed(4)
        #expect(story.duration == 120)
        #expect(story.incidents.map(\.start) == [15] && story.incidents.map(\.duration) == [90])
        #expect(story.visitors == [PlannedVisitor(email: "Braulio.Roberts23@hotmail.com", start: 92.5)])
        #expect(IncidentKind.visaCacheFull.armedIntensity(1, timeScale: 4, duration: 30) == 75)
        #expect(IncidentKind.cascadeFailure.armedIntensity(1, timeScale: 4, duration: 30) == 1_152)
        #expect(IncidentKind.badRelease.armedIntensity(0.3, timeScale: 4, duration: 30) == 0.3)
        // The plan's 36 seconds in half an hour reach what the scenario's two minutes reach.
        #expect(IncidentKind.cascadeFailure.armedIntensity(1, timeScale: 1, duration: 120) == 288)
        #expect(IncidentKind.cascadeFailure.armedIntensity(1, timeScale: 1, duration: 36) == 960)
        #expect(IncidentKind.paymentTimeout.armedIntensity(1, timeScale: 1, duration: 75) == nil)
    }

    @Test(
        "that cannot be used are refused with file, line, field and what is allowed",
        arguments: [
            ("", "x.yaml: the file is empty"),
            ("name: [", "x.yaml: not YAML"),
            ("- 1", "x.yaml:1: must have members: name"),
            ("name: a", "x.yaml:1: 'duration' is missing"),
            ("name: a\nduration: 5", "x.yaml:2: duration: '5' is not a time: write a number and s, m or h"),
            ("name: a\nduration: 2d", "x.yaml:2: duration: '2d' is not a time"),
            ("name: a\nduration: 1m\nrate: 5", "x.yaml:3: 'rate' is not known here: allowed are name"),
            ("name: a\nduration: 1m\narrivals: fast", "x.yaml:3: arrivals: 'fast' is no profile: write a number"),
            ("name: a\nduration: 1m\nincidents: 5", "x.yaml:3: incidents: must be a list"),
            (
                "name: a\nduration: 1m\nincidents:\n  - start: 1s\n    duration: 1s",
                "x.yaml:4: incidents[0]: 'incident' is missing"
            ),
            (
                "name: a\nduration: 1m\nincidents:\n  - incident: flood\n    start: 1s\n    duration: 1s",
                "x.yaml:4: incidents[0].incident: 'flood' is not known: allowed are payment_timeout"
            ),
            (
                "name: a\nduration: 1m\nincidents:\n  - {incident: bad_release, start: 1s, duration: 5m}",
                "x.yaml:4: incidents[0]: ends after 301s, and the scenario after 60s"
            ),
            (
                "name: a\nduration: 1m\nincidents:\n  - {incident: bad_release, start: 1s, duration: 9s, intensity: 2}",
                "x.yaml:4: incidents[0].intensity: '2' is not a share"
            ),
            (
                "name: a\nduration: 1m\nincidents:\n  - {incident: bad_release, start: 1s, duration: 9s, difficulty: 2}",
                "incidents[0].difficulty: '2' is not known: allowed are easy, medium, hard"
            ),
            (
                """
                name: a
                duration: 1m
                incidents:
                  - {incident: bad_release, start: 1s, duration: 9s}
                  - {incident: bad_release, start: 5s, duration: 9s}
                """, "x.yaml:5: incidents[1]: overlaps with another bad_release"
            ),
            (
                "name: a\nduration: 1m\nrandom:\n  shares: {bad_release: 90%}\n",
                "x.yaml:4: random: needs 114s, and the scenario has 60s"
            ),
            (
                "name: a\nduration: 1m\nchanges:\n  - {change: bad_release, start: 1s, duration: 9s}",
                "x.yaml:4: changes[0].change: 'bad_release' is not known: allowed are patch_release"
            ),
            (
                "name: a\nduration: 1m\nchanges:\n  - {change: patch_release, start: 1m, duration: 9s}",
                "x.yaml:4: changes[0]: ends after 69s, and the scenario after 60s"
            ),
            (
                "name: a\nduration: 1m\nvisitors:\n  - {email: nobody, start: 1s}",
                "x.yaml:4: visitors[0].email: 'nobody' is no e-mail address"
            ),
            (
                "name: a\nduration: 1m\nvisitors:\n  - {email: a@b.example, start: 1m}",
                "x.yaml:4: visitors[0]: comes after 60s, and the scenario ends after 60s"
            ),
            ("name: a\nduration: 1m\nvisitors:\n  - {email: a@b.example}", "visitors[0]: 'start' is missing"),
            ("name: a\nname: b\nduration: 1m", "x.yaml: not YAML"),
        ]
    )
    func refused(yaml: String, message: String) {
        do {
            _ = try scenario(yaml)
            Issue.record("It was accepted: \(yaml)")
        } catch {
            #expect("\(error)".contains(message), "\(error)")
        }
    }

    @Test("that are not there are answered with those that are")
    func unknown() {
        #expect { try ScenarioLibrary.scenario("storm", seed: 1) } throws: { "\($0)".contains("calm, cascade_failure") }
        #expect { try ScenarioLibrary.scenario("./no.yaml", seed: 1) } throws: {
            "\($0)" == "./no.yaml: cannot be read: No such file or directory"
        }
    }

    @Test("have triggers whose visits follow from the seed and bear the incident's id")
    func triggers() {
        func arrivals(_ kind: IncidentKind, seed: UInt64) -> [TriggerTraffic.Arrival] {
            TriggerTraffic(
                incident: PlannedIncident(kind: kind, start: 0, duration: 15, intensity: 1, difficulty: .easy),
                incidentID: "i-1",
                number: 0,
                seed: seed,
                catalogue: RecordingShop.catalogue,
                population: Population(size: 100, visaShare: 0.8, seed: seed)
            ).arrivals()
        }
        let reports = arrivals(.paymentTimeout, seed: 1)
        #expect(reports.count == 90)
        #expect(reports.allSatisfy { $0.journey.incident == "i-1" && $0.journey.requests[0].service == .inventory })
        #expect(reports.filter { $0.after == 0 }.count == 10)
        let hasty = arrivals(.intermittentError, seed: 1)
        #expect(hasty.count == 45 && hasty == arrivals(.intermittentError, seed: 1))
        #expect(hasty != arrivals(.intermittentError, seed: 2))
        #expect(hasty.allSatisfy { $0.journey.requests.contains { $0.manner == .twice } })
        #expect(Set(hasty.map(\.journey.number)).isDisjoint(with: 0..<1_000_000))
        #expect(arrivals(.badRelease, seed: 1).isEmpty)
    }

    @Test(
        "that repeats goes on with other times in each round, as the seed says, and with the same rates"
    )
    func rounds() throws {
        let plan = try ScenarioLibrary.scenario("plan", seed: 3).compressed(2)
        #expect(plan.repeats)
        #expect(plan.incidents(ofRound: 0) == plan.incidents)
        #expect(
            plan.incidents(ofRound: 2)
                == (try ScenarioLibrary.scenario("plan", seed: 3).compressed(2)).incidents(ofRound: 2)
        )
        for round in 0..<20 {
            let incidents = plan.incidents(ofRound: round)
            let began = Double(round) * plan.duration
            #expect(
                incidents.allSatisfy {
                    $0.start >= began + 30 - 1e-9 && $0.end <= began + plan.duration - 30 + 1e-9
                }
            )
            let time = incidents.reduce(0) { $0 + $1.duration }
            #expect(abs(time - 0.1 * plan.duration) < 1e-6)
            if round > 0 {
                #expect(incidents.map { $0.start - began } != plan.incidents.map(\.start))
            }
        }
    }

    @Test("with a change beside an incident tell it at its time, as often and as fast as the rest")
    func changes() throws {
        let story = try ScenarioLibrary.scenario("harmless_release", seed: 1)
        #expect(story.changes.map(\.kind) == [.patchRelease] && story.incidents.count == 1)
        #expect(story.changes[0].start < story.incidents[0].start && story.changes[0].end > story.incidents[0].end)
        let fast = story.compressed(2)
        #expect(fast.changes.map(\.start) == [25] && fast.changes.map(\.duration) == [55])
        #expect(fast.changes(ofRound: 1).map(\.start) == [145])
    }

    @Test("repeats only when it says so")
    func repeating() throws {
        #expect(
            try ScenarioLibrary.names.filter { try ScenarioLibrary.scenario($0, seed: 1).repeats } == [
                "plan"
            ]
        )
        #expect(throws: ScenarioError.self) {
            try Scenario(yaml: "name: x\nduration: 9s\nrepeat: often", file: "x", seed: 1)
        }
    }
}
