import ArgumentParser
import HTTPCore
import Logging
import ServiceKit
import ServiceLifecycle
import UnixSignals

/// `data-generator`: sends shoppers to the shop on a schedule that never waits, and knows what they met.
@main
struct DataGenerator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data-generator",
        abstract: "Sends shoppers to the shop on a schedule that never waits for the shop.",
        discussion: """
            Visits start when they are due, whatever the shop answers, so that a slow shop shows as latency instead of \
            as fewer requests. The same seed and arrivals send the same requests, byte for byte.
            """
    )

    @OptionGroup(title: "Load")
    var load: LoadOptions

    @OptionGroup(title: "Report")
    var reporting: ReportOptions

    func run() async throws {
        let plan = try load.plan()
        let service = LoadService(plan: plan, reporting: reporting)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: service,
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
        } catch let error as TruthError {
            ProgressLine.say("\(error)")
            throw ExitCode.failure
        }
        await plan.client.shutdown()
    }
}
