import ClickHouseHTTP
import ServiceKit

/// The pipeline's settings, from the environment.
struct EmbeddingSettings: Sendable {
    /// `EMBEDDING_ENDPOINT`: the whole URL of an OpenAI-compatible `POST /v1/embeddings`; this machine's by default, and
    /// `nil` for `off`, with which nothing is embedded and traces are summarized all the same.
    let endpoint: String?
    /// `EMBEDDING_MODEL`, `all-MiniLM-L6-v2` by default.
    let model: String
    /// `EMBEDDING_API_KEY`, a secret: sent as a bearer token; none by default.
    let key: String?
    /// `EMBEDDING_DIMENSIONS`: how long the vectors are to be, for models that can choose; not asked for by default.
    let dimensions: Int?
    /// `EMBEDDING_BATCH`, 64 by default: texts of one request.
    let batch: Int
    /// `EMBEDDING_INTERVAL_MS`, 2,000 by default: the pause between two looks for new templates.
    let interval: Duration
    /// `EMBEDDING_TRACE_INTERVAL_MS`, 5,000 by default: the pause between two summaries of traces.
    let traceInterval: Duration
    /// `EMBEDDING_TRACE_PATIENCE_MS`, 15,000 by default: how long after its beginning a trace is taken for whole.
    let tracePatience: Duration
    /// Where ClickHouse is, by the `CH_*` variables.
    let access: ClickHouseAccess

    init(_ settings: Settings) throws {
        let port = try settings.port("EMBEDDING_ENDPOINT_PORT", default: 8_084)
        let url = settings.string("EMBEDDING_ENDPOINT", default: "http://127.0.0.1:\(port)/v1/embeddings")
        endpoint = url.lowercased() == "off" ? nil : url
        let isURL = url.hasPrefix("http://") || url.hasPrefix("https://")
        guard endpoint == nil || (isURL && !url.contains(where: \.isWhitespace)) else {
            throw SettingError(
                variable: "EMBEDDING_ENDPOINT",
                // A URL may hold a password.
                value: url.contains("@") ? nil : url,
                allowed: "the URL of an embeddings API, such as https://api.openai.com/v1/embeddings, or off"
            )
        }
        model = settings.string("EMBEDDING_MODEL", default: "all-MiniLM-L6-v2")
        key = settings.string("EMBEDDING_API_KEY")
        guard key?.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) != true else {
            throw SettingError(
                variable: "EMBEDDING_API_KEY",
                value: nil,
                allowed: "a token without spaces and control characters"
            )
        }
        let number = try settings.integer("EMBEDDING_DIMENSIONS", default: 0, in: 0...65_535)
        dimensions = number == 0 ? nil : number
        batch = try settings.integer("EMBEDDING_BATCH", default: 64, in: 1...2_048)
        interval = try settings.milliseconds("EMBEDDING_INTERVAL_MS", default: .seconds(2))
        traceInterval = try settings.milliseconds("EMBEDDING_TRACE_INTERVAL_MS", default: .seconds(5))
        tracePatience = try settings.milliseconds(
            "EMBEDDING_TRACE_PATIENCE_MS",
            default: .seconds(15),
            in: 1_000...55_000
        )
        access = try ClickHouseAccess(environment: { settings.string($0) })
    }
}
