import HTTPCore
import HTTPTypes
import ServiceKit
import Synchronization

/// `POST /telemetry/v1/traces` and `/telemetry/v1/logs`: OTLP/HTTP in JSON from the storefront's page, for the collector.
///
/// The page sends to its own origin, so it needs no address of a collector and no permission to reach one. What comes is
/// bounded in size, rate and time; of its fields only the content coding goes further. 202 says that the batch was taken,
/// not that the collector has it: a page has no use for that. `GET /telemetry/settings` is what the page has to know.
struct BrowserTelemetryRoutes: Sendable {
    /// Nothing here is traced or measured as a request: telemetry would be of telemetry, and browsers that send much would
    /// change what the shop's requests are said to take.
    static let paths = Set(BrowserSignal.allCases.map(\.intakePath) + [settingsPath, SessionRecorder.path])
    private static let settingsPath = "/telemetry/settings"

    /// What is taken.
    struct Limits: Sendable {
        /// The largest batch, as it is on the wire; a page sends no more than 60,000 bytes at once when it ends.
        var batchBytes = 1 << 20
        /// How long a batch may take to come.
        var arrival: Duration = .seconds(5)
        /// How many may be on their way in at once.
        var atOnce = 64
        /// How many come a second, and how many bytes.
        var batchesPerSecond = 200
        var bytesPerSecond = 2 << 20
        /// How many seconds' worth may come at once.
        var burst = 5.0
    }

    /// `nil`: there is nowhere to send to.
    private let forwarder: BrowserTelemetryForwarder?
    private let counts: BrowserTelemetryCounts
    private let page: BrowserTelemetryDocument
    private let limits: Limits
    private let reading: ConcurrencyLimit
    private let allowed: Allowed

    /// Shared by all requests.
    private final class Allowed: Sendable {
        let batches: Mutex<Allowance>
        let bytes: Mutex<Allowance>

        init(_ limits: Limits) {
            batches = Mutex(Allowance(perSecond: Double(limits.batchesPerSecond), burst: limits.burst))
            bytes = Mutex(Allowance(perSecond: Double(limits.bytesPerSecond), burst: limits.burst))
        }
    }

    /// A batch that is not taken.
    private struct Refusal: Error {
        let reason: BrowserTelemetryCounts.Reason
        let problem: Problem
    }

    init(
        forwarder: BrowserTelemetryForwarder?,
        counts: BrowserTelemetryCounts,
        page: BrowserTelemetryDocument,
        limits: Limits = Limits()
    ) {
        self.forwarder = forwarder
        self.counts = counts
        self.page = page
        self.limits = limits
        reading = ConcurrencyLimit(limits.atOnce)
        allowed = Allowed(limits)
    }

    func add(to router: inout Router) {
        if let forwarder {
            for signal in BrowserSignal.allCases {
                router.post(signal.intakePath) { request, _ in
                    forwarder.accept(try await batch(of: request, signal))
                    return Response(status: .accepted, headers: [.cacheControl: "no-store"])
                }
            }
        }
        router.get(Self.settingsPath) { _, _ in
            var response = Response.json(page)
            response.head.headerFields[.cacheControl] = "no-store"
            return response
        }
    }

    /// A batch, if it may come in.
    ///
    /// - Throws: The `Problem` that its sender is told; the drop is counted.
    private func batch(of request: Request, _ signal: BrowserSignal) async throws -> BrowserBatch {
        do {
            return try await admit(request, signal)
        } catch let refusal as Refusal {
            counts.dropped(refusal.reason)
            throw refusal.problem
        }
    }

    private func admit(_ request: Request, _ signal: BrowserSignal) async throws -> BrowserBatch {
        guard SameOrigin.isShown(by: request) else {
            throw Refusal(
                reason: .foreign,
                problem: Problem(.forbidden, detail: "Only pages of this shop may send telemetry here.")
            )
        }
        guard allowed.batches.withLock({ $0.take(1) }) else { throw tooMany }
        let fields = request.head.headerFields
        let mediaType = fields[.contentType]?.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        let coding = fields[.contentEncoding]?.lowercased()
        guard mediaType == "application/json", coding == nil || coding == "gzip" else {
            throw Refusal(
                reason: .unreadable,
                problem: Problem(
                    .unsupportedMediaType,
                    detail: "Send OTLP as application/json, as it is or with Content-Encoding: gzip."
                )
            )
        }
        let body = try await read(request)
        guard allowed.bytes.withLock({ $0.take(Double(body.count)) }) else { throw tooMany }
        return BrowserBatch(signal: signal, body: body, contentCoding: coding)
    }

    private func read(_ request: Request) async throws -> [UInt8] {
        do {
            return try await reading.run {
                try await request.body.collect(upTo: limits.batchBytes, within: limits.arrival)
            }
        } catch is Overloaded {
            throw tooMany
        } catch let error as BodyError {
            let reason: BrowserTelemetryCounts.Reason =
                switch error {
                case .tooLarge: .tooLarge
                case .timedOut: .tooSlow
                case .incomplete, .malformed, .unavailable: .unreadable
                }
            throw Refusal(reason: reason, problem: Problem(error.response().head.status, detail: error.description))
        }
    }

    private var tooMany: Refusal {
        Refusal(
            reason: .tooMany,
            problem: Problem(
                .tooManyRequests,
                detail: "More telemetry comes than this shop takes; send it later, or leave it.",
                headers: [.retryAfter: "5"]
            )
        )
    }
}

/// What the page has to know in order to tell of itself.
struct BrowserTelemetryDocument: Codable, Sendable, Equatable {
    /// The share of the sessions that are recorded; 0 when there is nowhere to send to.
    let sampleRatio: Double
    let serviceVersion: String
    let deploymentEnvironment: String
    /// Where the recorder of session replay is; `nil` when there is none.
    let recorder: String?

    enum CodingKeys: String, CodingKey {
        case sampleRatio = "sample_ratio"
        case serviceVersion = "service_version"
        case deploymentEnvironment = "deployment_environment"
        case recorder
    }

    /// Writes `null` for no recorder, so that whoever asks can tell it from a shop that does not say.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(sampleRatio, forKey: .sampleRatio)
        try container.encode(serviceVersion, forKey: .serviceVersion)
        try container.encode(deploymentEnvironment, forKey: .deploymentEnvironment)
        try container.encode(recorder, forKey: .recorder)
    }
}
