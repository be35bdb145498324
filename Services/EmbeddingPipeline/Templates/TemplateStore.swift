import ClickHouseHTTP
import FoundationEssentials

/// Templates and vectors in ClickHouse.
struct TemplateStore: Sendable {
    let clickHouse: ClickHouseClient
    let model: String
    /// The length that was asked for; `nil` for the model's own.
    let dimensions: Int?

    /// Texts without a vector, the newest first: somebody may be looking at those.
    ///
    /// - Parameter left: Names of texts to leave out.
    func pending(_ limit: Int, without left: Set<String>) async throws(ClickHouseError) -> [PendingText] {
        struct Template: Decodable {
            let key: UInt64
            let text: String
            let age: Double
        }
        let templates: [Template] = try await clickHouse.rows(
            """
            SELECT texts.Key AS key, substringUTF8(toValidUTF8(texts.Text), 1, \(PendingText.longest)) AS text,
                   greatest(0, dateDiff('millisecond', texts.FirstSeen, now64(9)) / 1000) AS age
            FROM template_texts AS texts
            WHERE texts.Key NOT IN (
                SELECT Key FROM template_embeddings
                WHERE Model = {model:String} AND ({dimension:UInt32} = 0 OR Dimension = {dimension:UInt32})
            )
            ORDER BY texts.FirstSeen DESC
            LIMIT {limit:UInt32}
            """,
            parameters: [
                "model": ClickHouseParameter(model), "dimension": ClickHouseParameter(dimensions ?? 0),
                "limit": ClickHouseParameter(limit + left.count),
            ]
        )
        let patterns: [ErrorPattern] = try await clickHouse.rows(
            """
            SELECT toString(pattern_id) AS pattern_id, toString(created_at) AS created_at, error_signature, error_message,
                   toString(service_name) AS service_name, root_cause, resolution, occurrence_count,
                   toString(last_seen) AS last_seen, related_trace_ids, CAST([] AS Array(Float32)) AS embedding,
                   '' AS embedding_model, version
            FROM error_patterns FINAL
            WHERE error_patterns.embedding_model != {model:String}
               OR ({dimension:UInt32} != 0 AND length(error_patterns.embedding) != {dimension:UInt32})
            LIMIT {limit:UInt32}
            """,
            parameters: [
                "model": ClickHouseParameter(model), "dimension": ClickHouseParameter(dimensions ?? 0),
                "limit": ClickHouseParameter(limit + left.count),
            ]
        )
        let texts =
            patterns.map { pattern in
                PendingText(.pattern(pattern), text: pattern.text)
            } + templates.map { PendingText(.template(key: $0.key), text: $0.text, age: $0.age) }
        return Array(texts.lazy.filter { !left.contains($0.name) }.prefix(limit))
    }

    /// Stores vectors. They are there when it returns; sent again with the same texts, nothing is stored twice.
    func store(_ vectors: [(text: PendingText, vector: [Float])]) async throws(ClickHouseError) {
        var rows: [TemplateVector] = []
        var patterns: [ErrorPattern] = []
        for (text, vector) in vectors {
            switch text.subject {
            case .template(let key):
                rows.append(TemplateVector(key: key, model: model, dimension: vector.count, embedding: vector))
            case .pattern(var pattern):
                pattern.embedding = vector
                pattern.embeddingModel = model
                // Just above the version that was read: what a person writes meanwhile is far above it.
                pattern.version += 1
                patterns.append(pattern)
            }
        }
        if !rows.isEmpty {
            let keys = rows.map { String($0.key) }.sorted().joined(separator: ",")
            try await insert(rows, into: "template_embeddings", token: "\(model)/\(rows[0].dimension)/\(keys)")
        }
        if !patterns.isEmpty { try await insert(patterns, into: "error_patterns", token: nil) }
    }

    private func insert(_ rows: [some Encodable], into table: String, token: String?) async throws(ClickHouseError) {
        let encoder = JSONEncoder()
        var body: [UInt8] = []
        for row in rows {
            guard let line = try? encoder.encode(row) else {
                throw .unexpected("a row for \(table) cannot be written as JSON")
            }
            body += line
            body.append(UInt8(ascii: "\n"))
        }
        let insert = ClickHouseInsert(into: table, format: "JSONEachRow", body: body, deduplicationToken: token)
        do throws(ClickHouseError) {
            try await clickHouse.insert(insert)
        } catch .unreachable {
            // Stored or not: the same token makes it once.
            try await clickHouse.insert(insert)
        }
    }
}

/// A row of `template_embeddings`.
private struct TemplateVector: Encodable {
    let key: UInt64
    let model: String
    let dimension: Int
    let embedding: [Float]

    enum CodingKeys: String, CodingKey {
        case key = "Key"
        case model = "Model"
        case dimension = "Dimension"
        case embedding = "Embedding"
    }
}
