import CurlHTTP
import FoundationEssentials
import Metrics
import Tracing

/// Asks an OpenAI-compatible embeddings API.
struct EmbeddingClient: Sendable {
    /// The model that is asked for.
    let model: String

    private let url: String
    private let host: String
    private let headers: [(name: String, value: String)]
    private let dimensions: Int?
    private let http: CurlClient
    private let duration = Timer(label: "embedding.request.duration")

    init(url: String, settings: EmbeddingSettings, http: CurlClient) {
        model = settings.model
        self.url = url
        let afterScheme =
            url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).dropFirst().first ?? ""
        host = String(afterScheme.split(separator: "@").last ?? "").prefix { $0 != "/" }.lowercased()
        var headers = [(name: "Content-Type", value: "application/json")]
        if let key = settings.key { headers.append((name: "Authorization", value: "Bearer \(key)")) }
        self.headers = headers
        dimensions = settings.dimensions
        self.http = http
    }

    /// The vectors of the texts, in their order: all of one length, and none of them zero.
    ///
    /// - Throws: ``EmbeddingError``.
    func vectors(of texts: [String]) async throws -> [[Float]] {
        // The GenAI semantic conventions' name and attributes of such a call.
        try await withSpan("embeddings \(model)", ofKind: .client) { span in
            span.attributes["gen_ai.operation.name"] = "embeddings"
            span.attributes["gen_ai.request.model"] = model
            span.attributes["server.address"] = host
            span.attributes["embedding.text.count"] = texts.count
            let clock = ContinuousClock()
            let began = clock.now
            do throws(EmbeddingError) {
                let vectors = try await ask(texts)
                duration.recordNanoseconds((clock.now - began).nanoseconds)
                return vectors
            } catch {
                span.attributes["error.type"] = error.type
                throw error
            }
        }
    }

    private func ask(_ texts: [String]) async throws(EmbeddingError) -> [[Float]] {
        struct Question: Encodable {
            let input: [String]
            let model: String
            let dimensions: Int?
        }
        guard let body = try? JSONEncoder().encode(Question(input: texts, model: model, dimensions: dimensions)) else {
            throw .unexpected("the texts cannot be written as JSON")
        }
        let request = CurlRequest(
            method: "POST",
            url: url,
            headers: headers,
            body: Array(body),
            timeout: .seconds(60),
            maximumResponseBytes: 64 << 20
        )
        let response: CurlResponse
        do throws(CurlError) {
            response = try await http.execute(request)
        } catch {
            throw .unreachable(error)
        }
        guard response.status == 200 else { throw Self.refusal(response) }
        return try Self.read(response.body, count: texts.count)
    }

    /// Reads an answer.
    ///
    /// - Throws: ``EmbeddingError/unexpected(_:)`` unless it has a usable vector for each text.
    static func read(_ body: [UInt8], count: Int) throws(EmbeddingError) -> [[Float]] {
        struct Answer: Decodable {
            struct Item: Decodable {
                let index: Int
                let embedding: [Float]
            }
            let data: [Item]
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else {
            throw .unexpected("it is no list of embeddings")
        }
        let items = answer.data.sorted { $0.index < $1.index }
        guard items.map(\.index) == Array(0..<count) else {
            throw .unexpected("\(items.count) vectors came for \(count) texts")
        }
        let length = items.first?.embedding.count ?? 0
        guard length > 0, length <= 65_535, items.allSatisfy({ $0.embedding.count == length }) else {
            throw .unexpected("the vectors are empty or of several lengths")
        }
        // The cosine of a zero vector is no number.
        guard items.allSatisfy({ $0.embedding.allSatisfy(\.isFinite) && $0.embedding.contains { $0 != 0 } }) else {
            throw .unexpected("a vector is zero or not finite")
        }
        return items.map(\.embedding)
    }

    private static func refusal(_ response: CurlResponse) -> EmbeddingError {
        struct Document: Decodable {
            struct Reason: Decodable { let message: String }
            let error: Reason
        }
        let document = try? JSONDecoder().decode(Document.self, from: Data(response.body.prefix(65_536)))
        let message = String((document?.error.message ?? "no reason given").prefix(300))
        switch response.status {
        case 400, 404, 413, 415, 422: return .refused(status: response.status, message: message)
        default: return .unavailable(status: response.status, message: message, retryAfter: response.retryAfter)
        }
    }
}

extension EmbeddingError {
    /// What `error.type` says.
    fileprivate var type: String {
        switch self {
        case .unreachable: "unreachable"
        case .unavailable(let status, _, _), .refused(let status, _): String(status)
        case .unexpected: "unexpected_answer"
        }
    }
}

extension Duration {
    /// The whole of it in nanoseconds.
    fileprivate var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
