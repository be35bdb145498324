import CurlHTTP
import OTLP

/// Sends the messages of one signal to an OTLP endpoint. Several at once are fine.
final class OTLPSender: Sendable {
    /// What a response says about a partial success, if it says anything.
    typealias PartialSuccess = @Sendable (_ body: [UInt8], _ isJSON: Bool) -> (rejected: Int64, message: String)?

    let telemetry: ExporterTelemetry
    private let settings: OTLPSettings
    private let transport: any OTLPTransport
    private let client: CurlClient
    private let sleep: @Sendable (Duration) async throws -> Void
    private let isShutDown = SharedFlag()

    /// - Parameters:
    ///   - item: What the exporter sends, in the names of its own metrics: `span`.
    ///   - sleep: Waits before a request is sent again; a clock of its own for tests.
    init(
        _ settings: OTLPSettings,
        signal: OTLPSignal,
        of item: String,
        client: CurlClient,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.settings = settings
        self.client = client
        self.sleep = sleep
        let isGRPC = settings.transport == .grpc
        transport =
            isGRPC
            ? OTLPGRPCTransport(settings: settings, signal: signal) : OTLPHTTPTransport(settings: settings)
        telemetry = ExporterTelemetry(componentType: "otlp_\(isGRPC ? "grpc" : "http")_\(item)_exporter")
    }

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
        let body = transport.isJSON ? message.encodeJSON() : message.encodeProtobuf()
        guard body.count <= settings.maximumRequestBytes else {
            return .failure("the message has \(body.count) bytes, more than \(settings.maximumRequestBytes)")
        }
        var request = transport.request(body)
        let deadline = settings.timeout.asLimit.map { ContinuousClock.now + $0 }
        func left() -> Duration? { deadline.map { ContinuousClock.now.duration(to: $0) } }
        var reason = "no time was left"
        for attempt in 1...max(1, settings.retry.maximumAttempts) {
            request.timeout = left()
            guard request.timeout ?? .zero >= .zero, !Task.isCancelled else { break }
            transport.announce(request.timeout, in: &request)
            var retryAfter: Duration?
            do throws(CurlError) {
                switch transport.answer(try await client.execute(request)) {
                case .taken(let body, let isJSON): return success(body, isJSON, partialSuccess)
                case .refused(let answer): return .failure(answer)
                case .busy(let answer, let delay): (reason, retryAfter) = (answer, delay)
                }
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

    private func success(_ body: [UInt8], _ isJSON: Bool, _ partialSuccess: PartialSuccess) -> ExportResult {
        guard !body.isEmpty, let (rejected, message) = partialSuccess(body, isJSON) else { return .success }
        if rejected <= 0 {
            if !message.isEmpty { Diagnostics.report(.warning, "\(settings.place) warns: \(message)") }
            return .success
        }
        return .partialSuccess(rejected: Int(clamping: rejected), message: message)
    }

    private static func jitter() -> Double {
        Double(ThreadState.current.pointee.next() >> 11) / 9_007_199_254_740_992
    }
}
