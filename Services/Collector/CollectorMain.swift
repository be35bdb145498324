import FoundationEssentials
import Glibc
import Logging
import ServiceKit

/// Receives OTLP over HTTP and gRPC and writes it to ClickHouse, in the tables of the OpenTelemetry Collector's exporter.
/// Started as `collector health`, it asks the collector that runs.
@main
struct CollectorMain {
    static func main() async {
        Allocator.configure()
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        do {
            let configuration = try CollectorConfiguration(environment: ProcessInfo.processInfo.environment)
            if HealthCommand.isAsked(of: "collector") {
                let port = (variable: "COLLECTOR_METRICS_PORT", number: configuration.metricsPort)
                try await HealthCommand(host: configuration.host, port: port).run()
            }
            var logger = Logger(label: "collector")
            logger.logLevel = configuration.logLevel
            for note in configuration.notes { logger.notice("\(note)") }
            try await Collector(configuration, logger: logger).run()
        } catch let error as SettingError {
            stop(error, status: EX_USAGE)
        } catch {
            stop(error, status: EXIT_FAILURE)
        }
    }

    private static func stop(_ error: any Error, status: Int32) -> Never {
        let line = Array("collector: \(error)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        exit(status)
    }
}
