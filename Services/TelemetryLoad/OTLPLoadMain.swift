import ArgumentParser
import CurlHTTP
import FoundationEssentials
import Glibc
import LoadEngine
import Logging
import ServiceLifecycle
import UnixSignals

/// `otlp-load`: sends telemetry to any OTLP receiver at a rate that never waits for it, and counts what it took.
@main
struct OTLPLoad: AsyncParsableCommand {
    /// The status with which it ends when less was acknowledged than had to be.
    static let tooSlow = ExitCode(99)

    static let configuration = CommandConfiguration(
        commandName: "otlp-load",
        abstract: "Sends spans, log records or points to an OTLP receiver at a given rate, and counts what it took.",
        discussion: """
            Requests are sent when they are due, whatever the receiver answers, so that a slow receiver shows as latency \
            and not as a lower rate. Nothing is sent again. All ids are new, and every resource has the run's id as its \
            service.instance.id, so that what was stored can be counted against what was acknowledged.

            EXIT STATUS
              0   The run ended, or was stopped.
              64  The command line cannot be used.
              99  Fewer records a second were acknowledged than --min-rate says.
            """
    )

    @Option(help: "Records a second: spans, log records or points.")
    var rate = 100_000.0

    @Option(help: "How long: seconds, or a number with s, m or h.", transform: OTLPLoad.seconds)
    var duration = 60.0

    @Option(help: "Requests that are under way at once, at most.")
    var workers = 20

    @Option(name: .customLong("protocol"), help: "How OTLP is carried: grpc or http.")
    var transport = Receiver.Transport.http

    @Option(help: "What is sent: traces, logs or metrics.")
    var signal = Signal.traces

    @Option(help: "Attributes of each record.")
    var attributes = 12

    @Option(help: "Records in a request.")
    var batch = 512

    @Option(help: "Where it is sent (default: http://127.0.0.1:4318, with grpc http://127.0.0.1:4317).")
    var endpoint: String?

    @Option(
        name: .customLong("header"),
        help: "A field for every request, as in 'Authorization: Bearer TOKEN'; repeatable."
    )
    var headers: [String] = []

    @Option(help: "Seconds that a request may take.")
    var timeout = 10.0

    @Option(help: "End with status 99 when fewer records a second are acknowledged.")
    var minRate: Double?

    @Option(help: "Seconds between two progress lines on standard error; 0 for none.")
    var progress = 5.0

    @Option(help: "What attributes are drawn from. Ids are new in each run all the same.")
    var seed: UInt64 = 1

    @Flag(help: "Print the result as JSON.")
    var json = false

    mutating func validate() throws {
        guard rate > 0, rate <= 100_000_000 else {
            throw ValidationError("--rate must be above 0 and at most 100000000.")
        }
        guard (1...10_000).contains(workers) else { throw ValidationError("--workers must be from 1 to 10000.") }
        guard (0...128).contains(attributes) else { throw ValidationError("--attributes must be from 0 to 128.") }
        guard (1...100_000).contains(batch) else { throw ValidationError("--batch must be from 1 to 100000.") }
        guard rate / Double(batch) <= 100_000 else {
            throw ValidationError(
                "--rate \(rate) in requests of --batch \(batch) are too many requests: give larger ones."
            )
        }
        guard timeout > 0, timeout <= 3_600 else {
            throw ValidationError("--timeout must be above 0 and at most 3600.")
        }
        guard progress >= 0, progress <= 3_600 else {
            throw ValidationError("--progress must be from 0 to 3600 seconds.")
        }
        if let minRate, !(minRate > 0) { throw ValidationError("--min-rate must be above 0.") }
        if let endpoint, !["http://", "https://"].contains(where: { endpoint.lowercased().hasPrefix($0) }) {
            throw ValidationError("--endpoint \(endpoint) is no URL: give one such as http://127.0.0.1:4318.")
        }
        for header in headers where Self.field(header) == nil {
            throw ValidationError("--header must be a name, a colon and a value.")
        }
    }

    func run() async throws {
        let service = ExportService(plan: plan, receiver: receiver, progress: progress, seed: seed)
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
        try await group.run()
        guard let summary = service.summary else { return }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(summary), as: UTF8.self))
        } else {
            print(summary.text(signal))
        }
        fflush(nil)
        if let minRate, summary.acknowledgedRate < minRate {
            ExportService.tell(
                "only \(summary.acknowledgedRate) records a second were acknowledged, of at least \(minRate)."
            )
            throw Self.tooSlow
        }
    }

    private var plan: ExportSummary.Plan {
        ExportSummary.Plan(
            endpoint: endpoint ?? transport.defaultEndpoint,
            protocol: transport.rawValue,
            signal: signal.rawValue,
            rate: rate,
            duration: duration,
            workers: workers,
            batch: batch,
            attributes: attributes
        )
    }

    private var receiver: Receiver {
        Receiver(
            transport: transport,
            signal: signal,
            endpoint: endpoint ?? transport.defaultEndpoint,
            headers: headers.compactMap(Self.field),
            timeout: .seconds(timeout),
            client: CurlClient(maximumTransfers: workers)
        )
    }

    private static func field(_ text: String) -> (name: String, value: String)? {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else { return nil }
        let value = text[text.index(after: colon)...].drop { $0 == " " }
        return (String(text[..<colon]), String(value))
    }

    /// Reads `300`, `300s`, `5m` or `1.5h`.
    static func seconds(_ text: String) throws -> Double {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600]
        let unit = text.last.flatMap { units[$0] }
        let number = Double(unit == nil ? text : String(text.dropLast()))
        guard let number, number.isFinite, number > 0, number * (unit ?? 1) <= 86_400 * 30 else {
            throw ValidationError(
                "--duration '\(text)' is no time: write seconds, or a number with s, m or h, as in 5m."
            )
        }
        return number * (unit ?? 1)
    }
}

extension Signal: ExpressibleByArgument {}
extension Receiver.Transport: ExpressibleByArgument {}
