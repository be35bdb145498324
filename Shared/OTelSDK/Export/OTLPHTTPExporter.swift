import CurlHTTP
import Gzip
import OTLP

/// Sends one signal to an OTLP/HTTP endpoint (OTLP specification, OTLP/HTTP).
struct OTLPHTTPExporter: Sendable {
    /// Where and how one signal is sent.
    struct Settings: Sendable {
        var url: String
        var headers: [(name: String, value: String)] = []
        var timeout: Duration = .seconds(10)
        var usesGzip = false
        var usesJSON = false
        var tls = CurlTLS()
    }

    let settings: Settings
    let client: CurlClient
    var retry = RetryPolicy()

    /// Sends a request, again where that may help, until it is taken or the deadline comes.
    ///
    /// - Parameter rejected: How many records a partial success refused, and why, read from the response.
    func export<Body: OTLPBody>(
        _ body: Body,
        until deadline: ContinuousClock.Instant,
        rejected: @Sendable ([UInt8], Bool) -> (Int64, String)?
    ) async -> ExportResult {
        let encoded = settings.usesJSON ? body.encodeJSON() : body.encodeProtobuf()
        var request = CurlRequest(method: "POST", url: settings.url)
        request.headers = settings.headers
        request.headers.append(
            ("Content-Type", settings.usesJSON ? "application/json" : "application/x-protobuf")
        )
        request.headers.append(("User-Agent", "OTel-OTLP-Exporter-Swift/\(SDKVersion.current)"))
        request.body = settings.usesGzip ? Gzip.compress(encoded) : encoded
        if settings.usesGzip { request.headers.append(("Content-Encoding", "gzip")) }
        request.tls = settings.tls

        var reason = "no time was left"
        for attempt in 1...retry.maximumAttempts {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero, !Task.isCancelled else { break }
            request.timeout = min(settings.timeout, left)
            var retryAfter: Duration?
            do throws(CurlError) {
                let response = try await client.execute(request)
                if (200..<300).contains(response.status) {
                    let isJSON = response.header("content-type")?.hasPrefix("application/json") ?? false
                    guard let (count, message) = rejected(response.body, isJSON) else { return .success }
                    return .partial(rejected: count, message: message)
                }
                reason = "\(settings.url) answered \(response.status)"
                guard RetryPolicy.isRetryable(status: response.status) else { return .failure(reason) }
                retryAfter = response.header("retry-after").flatMap(RetryAfter.delay)
            } catch {
                reason = error.description
                switch error {
                case .timedOut, .unreachable: break
                default: return .failure(reason)
                }
            }
            guard attempt < retry.maximumAttempts else { break }
            let wait = retry.backoff(after: attempt, retryAfter: retryAfter, jitter: .random(in: 0...1))
            guard wait < ContinuousClock.now.duration(to: deadline) else { break }
            try? await Task.sleep(for: wait)
        }
        return .failure(reason)
    }
}

/// This SDK's version.
enum SDKVersion {
    static let current = "0.1.0"
}
