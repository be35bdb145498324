import ArgumentParser
import HTTPCore
import Logging
import ServiceKit
import ServiceLifecycle
import UnixSignals

/// `data-generator`: sends shoppers to the shop at a steady rate until it is told to stop.
@main
struct DataGenerator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data-generator",
        abstract: "Sends shoppers to the shop at a steady rate, whatever the shop answers.",
        discussion: """
            Journeys start on a fixed schedule and never wait for one another, so that a slow shop shows as latency \
            instead of as fewer requests. The same seed sends the same journeys.
            """
    )

    @Option(help: "Journeys that start each second: \(RateProfile.grammar).")
    var rate = RateProfile.constant(5)

    @Option(help: "How starts are spaced: even or poisson.")
    var arrivals = ArrivalSchedule.Spacing.even

    @Option(help: "What all choices are drawn from.")
    var seed: UInt64 = 1

    @Option(help: "The shop's origin; SAMPLE_APP_URL is used when this is left out.")
    var target: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Send visitors of all classes: 70 % shop, 15 % fail, 10 % are odd, 5 % extreme."
    )
    var allClasses = false

    @Option(help: "Stop after this many seconds; without it, at SIGINT or SIGTERM.")
    var duration: Double?

    @Option(help: "Seconds between two progress lines.")
    var progress: Double = 10

    mutating func validate() throws {
        guard duration.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--duration must be more than 0 seconds.")
        }
        guard progress > 0 else {
            throw ValidationError("--progress must be more than 0 seconds.")
        }
        if let target, Origin(target) == nil {
            throw ValidationError("--target \(target) is no origin: give one such as http://127.0.0.1:8000.")
        }
    }

    func run() async throws {
        let origin: Origin
        if let target, let given = Origin(target) {
            origin = given
        } else {
            do {
                origin = try Settings().origin("SAMPLE_APP_URL", default: "http://127.0.0.1:8000")
            } catch {
                throw ValidationError(error.description)
            }
        }
        var configuration = HTTPClient.Configuration()
        configuration.maximumConnectionsPerOrigin = 1_024
        let client = HTTPClient(configuration: configuration)
        let load = OpenLoop(
            shop: Shop(origin: origin, client: client),
            schedule: ArrivalSchedule(profile: rate, spacing: arrivals, seed: seed),
            seed: seed,
            usesAllClasses: allClasses,
            duration: duration.map { .seconds($0) },
            report: LoadReport(progressInterval: .seconds(progress))
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: load, successTerminationBehavior: .gracefullyShutdownGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        try await group.run()
        await client.shutdown()
    }
}

extension ArrivalSchedule.Spacing: ExpressibleByArgument {}
