/// A row of `error_patterns`, which is written again whole when it gets its vector.
struct ErrorPattern: Codable, Sendable, Equatable {
    let id: String
    let createdAt: String
    let errorSignature: String
    let errorMessage: String
    let serviceName: String
    let rootCause: String
    let resolution: String
    let occurrenceCount: UInt32
    let lastSeen: String
    let relatedTraceIDs: [String]
    var embedding: [Float]
    var embeddingModel: String
    var version: UInt64

    private enum CodingKeys: String, CodingKey {
        case id = "pattern_id"
        case createdAt = "created_at"
        case errorSignature = "error_signature"
        case errorMessage = "error_message"
        case serviceName = "service_name"
        case rootCause = "root_cause"
        case resolution
        case occurrenceCount = "occurrence_count"
        case lastSeen = "last_seen"
        case relatedTraceIDs = "related_trace_ids"
        case embedding
        case embeddingModel = "embedding_model"
        case version
    }

    /// What is embedded of it.
    var text: String { "\(serviceName): \(errorSignature): \(errorMessage)" }
}
