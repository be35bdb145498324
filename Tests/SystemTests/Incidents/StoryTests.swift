import ChildProcess
import Foundation
import Testing

/// The stories with several incidents, told faster than written: what the plan, the demonstration and chance arrange.
///
/// `STORY_TIME_SCALE` tells all of them at that speed; at 2 or less every incident must have its valid label.
@Suite("A story", .serialized, .timeLimit(.minutes(90)))
struct StoryTests {
    /// A story, how fast it is told, and how often each incident comes in its half hour or ten minutes.
    struct Story: CustomTestStringConvertible {
        let name: String
        let seconds: Double
        let standardTimeScale: Double
        let incidents: [String: Int]
        var testDescription: String { name }

        var timeScale: Double {
            ChildProcess.environment["STORY_TIME_SCALE"].flatMap { Double($0) } ?? standardTimeScale
        }
        /// Told faster, an incident is over before it has met as many requests as a label needs.
        var hasLabels: Bool { timeScale <= 2 }
    }

    private static let stories = [
        Story(
            name: "demo",
            seconds: 600,
            standardTimeScale: 8,
            incidents: ["visa_cache_full": 1, "payment_timeout": 1, "bad_release": 1]
        ),
        Story(
            name: "plan",
            seconds: 1_800,
            standardTimeScale: 36,
            incidents: ["payment_timeout": 2, "cascade_failure": 1, "intermittent_error": 1]
        ),
        Story(
            name: "random",
            seconds: 1_800,
            standardTimeScale: 36,
            incidents: Dictionary(uniqueKeysWithValues: Incident.all.map { ($0.name, 1) })
        ),
    ]

    @Test("has its incidents, each ends, the shop sells on, nothing tells; told slowly enough, every label is valid")
    func stories() async throws {
        let admin = FaultAdmin()
        let suite = try await RunningSuite(name: "stories", rate: nil, environment: admin.environment)
        for story in Self.stories {
            let run = try await ScenarioRun(
                story.name,
                timeScale: story.timeScale,
                // One that repeats ends with its first round.
                seconds: Int((story.seconds / story.timeScale).rounded(.up)),
                on: suite,
                admin
            )
            let incidents = try run.incidents()
            #expect(Dictionary(grouping: incidents, by: \.name).mapValues(\.count) == story.incidents, "\(story.name)")
            #expect(incidents.allSatisfy { $0.ended != nil }, "\(story.name)")
            for incident in Incident.all { #expect(try await isArmed(incident, admin) == false, "\(story.name)") }
            try await sells(suite)
            let outcome = try await story.hasLabels ? run.check() : run.audit()
            #expect(outcome.status == 0, "\(story.name): \(outcome.output) \(outcome.errors)")
            print("\(story.name), \(story.timeScale) times faster: \(incidents.count) incidents\n\(outcome.output)")
        }
        await suite.stop()
    }

    /// Whether an incident is armed, as soon as its service says: one that has had too much memory is being started anew.
    private func isArmed(_ incident: Incident, _ admin: FaultAdmin) async throws -> Bool {
        while true {
            if let answer = try? await admin.isArmed(incident) { return answer }
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    /// Waits until a shopper's purchase succeeds; a hang ends with the test's time limit.
    private func sells(_ suite: RunningSuite) async throws {
        while true {
            let shopper = Shopper(suite: suite)
            let added = try? await shopper.add("lumen-lamp")
            if added?.status == 200, (try? await shopper.checkOut())?.status == 200 { return }
            try await Task.sleep(for: .milliseconds(250))
        }
    }
}
