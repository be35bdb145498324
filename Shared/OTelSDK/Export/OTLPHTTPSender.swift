import CurlHTTP
import Gzip
import OTLP

/// Sends the messages of one signal to an OTLP/HTTP endpoint (OTLP specification, OTLP/HTTP). Several at once are fine.
final class OTLPHTTPSender: Sendable {
    let settings: OTLPHTTPSettings
    let telemetry: ExporterTelemetry
    private let client: CurlClient
    private let isShutDown = SharedFlag()

    private let sleep: @Sendable (Duration) async throws -> Void

    /// - Parameter sleep: Waits before a request is sent again; a clock of its own for tests.
    init(
        _ settings: OTLPHTTPSettings,
        client: CurlClient,
        componentType: String,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.settings = settings
        self.sleep = sleep
        self.client = client
        telemetry = ExporterTelemetry(componentType: componentType)
    }

    /// What a response says about a partial success, if it says anything.
    typealias PartialSuccess = @Sendable ([UInt8], OTLPHTTPSettings.Encoding) -> (rejected: Int64, message: String)?

    /// Sends one message, again where that may help, until it is taken or the time is up.
    func send(_ message: some OTLPBody, items: Int, partialSuccess: PartialSuccess) async -> ExportResult {
        guard !isShutDown.isSet else { return .failure("the exporter was shut down") }
        let start = TelemetryClock.monotonic
        telemetry.began(items)
        let result = await attempt(message, partialSuccess: partialSuccess)
        telemetry.ended(items, result, seconds: Double(TelemetryClock.monotonic &- start) / 1e9)
        return result
    }

    func shutdown() -> Outcome {
        isShutDown.set() ? .failure : .success
    }

    private func attempt(_ message: some OTLPBody, partialSuccess: PartialSuccess) async -> ExportResult {
        let body = settings.encoding == .json ? message.encodeJSON() : message.encodeProtobuf()
        guard body.count <= settings.maximumRequestBytes else {
            return .failure("the message has \(body.count) bytes, more than \(settings.maximumRequestBytes)")
        }
        var request = makeRequest(body)
        let deadline = settings.timeout.asLimit.map { ContinuousClock.now + $0 }
        func left() -> Duration? { deadline.map { ContinuousClock.now.duration(to: $0) } }
        var reason = "no time was left"
        for attempt in 1...max(1, settings.retry.maximumAttempts) {
            request.timeout = left()
            guard request.timeout ?? .zero >= .zero, !Task.isCancelled else { break }
            var retryAfter: Duration?
            do throws(CurlError) {
                let response = try await client.execute(request)
                if (200..<300).contains(response.status) {
                    return success(response, partialSuccess: partialSuccess)
                }
                reason = "\(place) answered \(response.status)\(Self.explanation(response))"
                guard RetryPolicy.isRetryable(status: response.status) else { return .failure(reason) }
                retryAfter = response.retryAfter
            } catch {
                reason = error.description
                switch error {
                case .timedOut, .unreachable, .tooManyTransfers: break
                case .tls, .responseTooLarge, .invalidRequest, .cancelled, .shutDown: return .failure(reason)
                }
            }
            guard attempt < settings.retry.maximumAttempts else { break }
            let wait = settings.retry.backoff(after: attempt, retryAfter: retryAfter, jitter: Self.jitter())
            if let left = left(), wait >= left { break }
            if (try? await sleep(wait)) == nil { break }
        }
        return .failure(reason)
    }

    private func makeRequest(_ body: [UInt8]) -> CurlRequest {
        var request = CurlRequest(method: "POST", url: settings.url)
        request.headers = settings.headers
        let type = settings.encoding == .json ? "application/json" : "application/x-protobuf"
        request.headers.append(("Content-Type", type))
        request.headers.append(("User-Agent", Self.userAgent(settings.userAgentPrefix)))
        if settings.compression == .gzip {
            request.body = Gzip.compress(body, level: 3)
            request.headers.append(("Content-Encoding", "gzip"))
        } else {
            request.body = body
        }
        request.tls = settings.tls.curl
        request.maximumResponseBytes = settings.maximumResponseBytes
        return request
    }

    private func success(_ response: CurlResponse, partialSuccess: PartialSuccess) -> ExportResult {
        let isJSON = response.header("content-type")?.hasPrefix("application/json") ?? (settings.encoding == .json)
        guard !response.body.isEmpty,
            let (rejected, message) = partialSuccess(response.body, isJSON ? .json : .protobuf)
        else { return .success }
        if rejected <= 0 {
            if !message.isEmpty { Diagnostics.report(.warning, "\(place) warns: \(message)") }
            return .success
        }
        return .partialSuccess(rejected: Int(clamping: rejected), message: message)
    }

    /// What an error response says, as far as it can be read; shortened, since it goes to a log.
    private static func explanation(_ response: CurlResponse) -> String {
        let isJSON = response.header("content-type")?.hasPrefix("application/json") ?? false
        let status = isJSON ? try? RPCStatus(json: response.body) : try? RPCStatus(protobuf: response.body)
        guard let message = status?.message, !message.isEmpty else { return "" }
        return ": \(message.truncated(to: 200))"
    }

    /// The endpoint without what may be secret in it.
    private var place: String { CurlURL(settings.url)?.description ?? "The endpoint" }

    private static func jitter() -> Double {
        Double(ThreadState.current.pointee.next() >> 11) / 9_007_199_254_740_992
    }

    static func userAgent(_ prefix: String) -> String {
        let own = "OTel-OTLP-Exporter-Swift/\(SDKVersion.current)"
        return prefix.isEmpty ? own : "\(prefix) \(own)"
    }
}
