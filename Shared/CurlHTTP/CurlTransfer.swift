import CCurl
import Synchronization

/// One request on its way: the libcurl handle with what it writes into.
///
/// Made by the caller, then handed to the loop's thread, which alone touches the handle and what was received; the
/// continuation is behind a lock, since cancellation comes from anywhere.
final class CurlTransfer: @unchecked Sendable {
    typealias Answer = Result<CurlResponse, CurlError>

    private enum Progress {
        case prepared
        case waiting(CheckedContinuation<Answer, Never>)
        /// Over. The answer is kept in case it came before `begin`, as a cancellation may.
        case over(Answer)
    }

    /// The most that all header lines of an answer may take together.
    private static let maximumHeaderBytes = 64 << 10

    let handle: UnsafeMutableRawPointer
    private let url: CurlURL
    private let version: CurlHTTPVersion
    private let maximumResponseBytes: Int
    private let body: UnsafeMutableBufferPointer<UInt8>
    private var fieldList: UnsafeMutablePointer<curl_slist>?
    private var headers: [(name: String, value: String)] = []
    private var trailers: [(name: String, value: String)] = []
    private var isHeadComplete = false
    private var received: [UInt8] = []
    private var headerBytes = 0
    private var exceededLimit: Int?
    private let progress = Mutex(Progress.prepared)

    init(_ request: CurlRequest) throws(CurlError) {
        CurlLibrary.prepare()
        url = try request.validated()
        version = request.version
        guard let handle = curl_easy_init() else { throw .invalidRequest("libcurl is out of memory.") }
        self.handle = handle
        maximumResponseBytes = request.maximumResponseBytes
        body = .allocate(capacity: request.body.count)
        _ = body.initialize(from: request.body)
        configure(request)
    }

    deinit {
        curl_slist_free_all(fieldList)
        curl_easy_cleanup(handle)
        body.deallocate()
    }

    private func configure(_ request: CurlRequest) {
        ccurl_set_text(handle, CURLOPT_URL, request.url)
        ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method)
        switch request.version {
        case .http1: ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        case .http2:
            ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE))
            if CurlLibrary.keepsPlainHTTP2 || request.url.lowercased().hasPrefix("https:") {
                // Wait for a connection that is being made instead of making one more.
                ccurl_set_long(handle, CURLOPT_PIPEWAIT, 1)
            } else {
                ccurl_set_long(handle, CURLOPT_FRESH_CONNECT, 1)
                ccurl_set_long(handle, CURLOPT_FORBID_REUSE, 1)
            }
            // A proxy that forwards requests would speak HTTP/1.1.
            ccurl_set_long(handle, CURLOPT_HTTPPROXYTUNNEL, 1)
        }
        if request.proxy == .none || request.proxy == .environmentExceptLoopback && url.isLoopback {
            ccurl_set_text(handle, CURLOPT_NOPROXY, "*")
        }
        ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        if let timeout = request.timeout { ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, Self.milliseconds(timeout)) }
        ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(request.connectTimeout))
        if request.method == "HEAD" { ccurl_set_long(handle, CURLOPT_NOBODY, 1) }
        if !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) {
            ccurl_set_long(handle, CURLOPT_POST, 1)
            ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
            ccurl_set_pointer(handle, CURLOPT_POSTFIELDS, UnsafeRawPointer(body.baseAddress))
            ccurl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method)
        }
        if let file = request.tls.certificateAuthorityFile {
            ccurl_set_text(handle, CURLOPT_CAINFO, file)
            // Otherwise the system's folder of authorities would be trusted as well.
            ccurl_set_pointer(handle, CURLOPT_CAPATH, nil)
        }
        if let file = request.tls.clientCertificateFile { ccurl_set_text(handle, CURLOPT_SSLCERT, file) }
        if let file = request.tls.clientKeyFile { ccurl_set_text(handle, CURLOPT_SSLKEY, file) }

        // Without these lines libcurl would wait a second for permission to send larger bodies, and call them a form.
        var lines = ["Expect:"]
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            lines.append("Content-Type:")
        }
        for field in request.headers {
            // libcurl takes "Name:" as "leave it out" and "Name;" as "send it empty".
            let isBlank = field.value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            lines.append(isBlank ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        for line in lines { fieldList = curl_slist_append(fieldList, line) }
        ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, UnsafeRawPointer(fieldList))

        let pointer = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_pointer(handle, CURLOPT_WRITEDATA, pointer)
        ccurl_set_pointer(handle, CURLOPT_HEADERDATA, pointer)
        ccurl_set_sink(handle, CURLOPT_WRITEFUNCTION) { bytes, _, count, transfer in
            Unmanaged<CurlTransfer>.fromOpaque(transfer!).takeUnretainedValue().receive(bytes!, count)
        }
        ccurl_set_sink(handle, CURLOPT_HEADERFUNCTION) { bytes, _, count, transfer in
            Unmanaged<CurlTransfer>.fromOpaque(transfer!).takeUnretainedValue().receiveHeader(bytes!, count)
        }
    }

    // MARK: On the loop's thread

    private func receive(_ bytes: UnsafeMutablePointer<CChar>, _ count: Int) -> Int {
        guard received.count + count <= maximumResponseBytes else {
            exceededLimit = maximumResponseBytes
            return 0
        }
        received.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
        return count
    }

    private func receiveHeader(_ bytes: UnsafeMutablePointer<CChar>, _ count: Int) -> Int {
        headerBytes += count
        guard headerBytes <= Self.maximumHeaderBytes else {
            exceededLimit = Self.maximumHeaderBytes
            return 0
        }
        let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        if line.hasPrefix("HTTP/"), !isHeadComplete || received.isEmpty {
            // The head of the answer, after those of any informational ones.
            (headers, trailers, isHeadComplete) = ([], [], false)
        } else if let field = Self.field(line) {
            if isHeadComplete { trailers.append(field) } else { headers.append(field) }
        } else {
            isHeadComplete = true
        }
        return count
    }

    private static func field(_ line: String) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
        let value = line[line.index(after: colon)...].drop(while: isBlank)
        let end = value.lastIndex { !isBlank($0) }.map(value.index(after:)) ?? value.startIndex
        return (line[..<colon].lowercased(), String(value[..<end]))
    }

    /// Reports how it ended.
    func finish(_ code: CURLcode) {
        if let exceededLimit { return resume(.failure(.responseTooLarge(limit: exceededLimit))) }
        let host = url.host
        switch code {
        case CURLE_OK: resume(answer())
        case CURLE_OPERATION_TIMEDOUT: resume(.failure(.timedOut(host: host)))
        case CURLE_URL_MALFORMAT: resume(.failure(.invalidRequest("the URL has no valid host or port.")))
        case CURLE_UNSUPPORTED_PROTOCOL:
            // The scheme was checked before: this is what the server speaks.
            resume(.failure(.unreachable(host: host, reason: "what it answers is not HTTP/1.1.")))
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER:
            resume(.failure(.tls(host: host, reason: Self.reason(code))))
        default: resume(.failure(.unreachable(host: host, reason: Self.reason(code))))
        }
    }

    private func answer() -> Answer {
        var (status, spoken) = (0, 0)
        ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        ccurl_get_long(handle, CURLINFO_HTTP_VERSION, &spoken)
        guard version == .http1 || spoken == Int(CURL_HTTP_VERSION_2_0) else {
            return .failure(.unreachable(host: url.host, reason: "it does not speak HTTP/2."))
        }
        var response = CurlResponse(status: status, headers: headers, body: received, trailers: trailers)
        var seconds: curl_off_t = 0
        ccurl_get_offset(handle, CURLINFO_RETRY_AFTER, &seconds)
        if seconds > 0 { response.retryAfter = .seconds(seconds) }
        return .success(response)
    }

    // MARK: From anywhere

    /// Waits for the answer; `false` when it is there already and nothing needs to be sent.
    func begin(_ continuation: CheckedContinuation<Answer, Never>) -> Bool {
        let answer: Answer? = progress.withLock { progress in
            if case .over(let answer) = progress { return answer }
            progress = .waiting(continuation)
            return nil
        }
        if let answer { continuation.resume(returning: answer) }
        return answer == nil
    }

    /// Gives the answer; only the first one counts.
    func resume(_ answer: Answer) {
        let continuation = progress.withLock { progress -> CheckedContinuation<Answer, Never>? in
            switch progress {
            case .prepared:
                progress = .over(answer)
                return nil
            case .waiting(let continuation):
                progress = .over(answer)
                return continuation
            case .over: return nil
            }
        }
        continuation?.resume(returning: answer)
    }

    private static func reason(_ code: CURLcode) -> String {
        String(cString: curl_easy_strerror(code))
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        max(1, Int(duration / .milliseconds(1)))
    }
}
