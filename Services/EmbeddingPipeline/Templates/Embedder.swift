import Logging
import Metrics
import Synchronization
import Tracing

/// Gives vectors to the texts that have none.
///
/// It keeps no place of its own: what has no vector in ClickHouse is what is left to do, whoever ended when.
final class Embedder: Sendable {
    private let store: TemplateStore
    private let endpoint: EmbeddingClient
    private let batch: Int
    private let logger: Logger
    private let refused: Mutex<RefusedTexts>

    private let embedded = Counter(label: "embedding.texts", dimensions: [("outcome", "embedded")])
    private let refusals = Counter(label: "embedding.texts", dimensions: [("outcome", "refused")])
    private let pendingTexts = Gauge(label: "embedding.pending")
    private let refusedTexts = Gauge(label: "embedding.refused")
    private let wait = Timer(label: "embedding.wait")

    /// The most texts of one round; what is beyond comes in the next, which begins at once.
    private static let longestRound = 1_024

    init(
        store: TemplateStore,
        endpoint: EmbeddingClient,
        batch: Int,
        logger: Logger,
        refused: RefusedTexts = RefusedTexts()
    ) {
        self.store = store
        self.endpoint = endpoint
        self.batch = batch
        self.logger = logger
        self.refused = Mutex(refused)
    }

    /// Embeds what is pending until nothing is.
    ///
    /// - Throws: `ClickHouseError` or ``EmbeddingError``; the next round takes up where it was.
    func round() async throws {
        while !Task.isCancelled {
            let left = refused.withLock { $0.current(at: .now) }
            let texts = try await store.pending(Self.longestRound, without: left)
            pendingTexts.record(texts.count)
            refusedTexts.record(left.count)
            guard !texts.isEmpty else { return }
            try await withSpan("embed_templates") { span in
                span.attributes["embedding.text.count"] = texts.count
                for first in stride(from: 0, to: texts.count, by: batch) {
                    try await embed(Array(texts[first..<min(first + batch, texts.count)]))
                }
            }
        }
    }

    /// Embeds texts together. When the endpoint refuses them, halves are tried, so that one text stops no other.
    private func embed(_ texts: [PendingText]) async throws {
        let vectors: [[Float]]
        do {
            vectors = try await endpoint.vectors(of: texts.map(\.text))
        } catch EmbeddingError.refused(let status, let message) where texts.count == 1 && status != 404 {
            refused.withLock { $0.add(texts[0].name, at: .now) }
            refusals.increment()
            logger.warning(
                "A text has no vector: the embedding endpoint refuses it",
                metadata: ["text": "\(texts[0].text.prefix(120))", "cause": "\(message)"]
            )
            return
        } catch EmbeddingError.refused(let status, _) where texts.count > 1 && status != 404 {
            let middle = texts.count / 2
            try await embed(Array(texts[..<middle]))
            try await embed(Array(texts[middle...]))
            return
        }
        try await store.store(Array(zip(texts, vectors)).map { (text: $0, vector: $1) })
        embedded.increment(by: texts.count)
        for age in texts.compactMap(\.age) { wait.recordSeconds(age) }
    }
}
