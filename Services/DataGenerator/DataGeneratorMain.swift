import ArgumentParser
import HTTPCore
import Logging
import ServiceLifecycle
import ShopStories
import UnixSignals

/// `data-generator`: sends visits to the shop on a schedule that never waits, and measures the outcome.
@main
struct DataGenerator: AsyncParsableCommand {
    /// The status with which it ends when a threshold was crossed.
    static let crossed = ExitCode(99)

    static let configuration = CommandConfiguration(
        commandName: "data-generator",
        abstract: "Sends shoppers to the shop on a schedule that never waits for the shop.",
        discussion: """
            Visits start when they are due, whatever the shop answers, so that a slow shop shows as latency instead of \
            as fewer requests. The same seed and arrivals send the same requests, byte for byte.

            EXIT STATUS
              0   The run ended, or was stopped, and kept every threshold.
              1   It could not be made, or not be written down, as was asked.
              64  The command line, a variable or the scenario cannot be used.
              99  A threshold of --fail-if was crossed.
            """
    )

    @OptionGroup(title: "Load")
    var load: LoadOptions

    @OptionGroup(title: "Report")
    var reporting: ReportOptions

    func run() async throws {
        if load.listScenarios { return try listScenarios() }
        let plan = try load.plan()
        if load.check { return }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: LoadService(plan: plan, reporting: reporting),
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup
                    )
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        do {
            try await group.run()
        } catch {
            Output.say("\(error)")
            throw error is ThresholdsCrossed ? Self.crossed : .failure
        }
        await plan.admin?.shutdown()
        await plan.client.shutdown()
    }

    private func listScenarios() throws {
        for name in ScenarioLibrary.names {
            let scenario = try ScenarioLibrary.scenario(name, seed: load.seed ?? 1)
            let space = String(repeating: " ", count: max(1, 24 - name.count))
            print("\(name)\(space)\(Int(scenario.duration / 60)) min  \(scenario.description)")
        }
    }
}
