import ClickHouseHTTP
import ServiceKit

/// What the service's settings say.
struct QueryConfiguration: Sendable {
    /// `BIND_HOST`: the address to listen on; `127.0.0.1` by default.
    let host: String
    /// `QUERY_METRICS_PORT`: where `/metrics` is; 9091 by default.
    let metricsPort: Int
    /// `CH_HOST`, `CLICKHOUSE_HTTP_PORT`, `CH_SECURE`, `CH_DATABASE`, `CH_USER`, `CH_PASSWORD`.
    let clickHouse: ClickHouseAccess
    /// `QUERY_TIMEOUT` in milliseconds: how long a query may take at most; 30 s by default. Clients may ask for less.
    let timeout: Duration
    /// `QUERY_MAX_CONCURRENT`: how many queries run at once; 16 by default.
    let concurrentQueries: Int
    /// `QUERY_MAX_WAITING`: how many queries may wait for their turn; 128 by default.
    let waitingQueries: Int
    /// `QUERY_MAX_SAMPLES`: how many samples a query may hold in memory; 5 million by default, of 16 bytes each.
    let samples: Int
    /// `QUERY_MAX_SERIES`: how many series a query may select; 100,000 by default.
    let series: Int
    /// `QUERY_MAX_BYTES_TO_READ`: how much a statement may read in ClickHouse, before compression; 8 GiB by default.
    let bytesToRead: Int
    /// `QUERY_MAX_ANSWER_BYTES`: the largest answer of one statement; 64 MiB by default.
    let answerBytes: Int
    /// `QUERY_POINT_DAYS`: for how many days the tables keep points and log records; 30 by default, as they do. What is
    /// older is answered from rollups.
    let pointDays: Int
    /// `QUERY_STORAGE_INTERVAL` in milliseconds: how often ClickHouse is asked for its own figures, which become metrics of
    /// this service; 15 s by default, never with 0.
    let storageInterval: Duration
    /// `QUERY_PROMOTED_RESOURCE_ATTRIBUTES`: resource attributes that become labels of every series, separated by
    /// commas; none by default.
    let promotedResourceAttributes: [String]
    /// `QUERY_SCOPE_LABELS`: whether series have the labels `otel_scope_name` and `otel_scope_version`; `false` by
    /// default, as with Prometheus.
    let hasScopeLabels: Bool

    /// Reads the settings.
    init(_ settings: Settings) throws(SettingError) {
        host = settings.string("BIND_HOST", default: "127.0.0.1")
        metricsPort = try settings.port("QUERY_METRICS_PORT", default: 9_091)
        do throws(ClickHouseAccessError) {
            clickHouse = try ClickHouseAccess(environment: settings.string)
        } catch {
            throw SettingError(variable: error.variable, value: error.value, allowed: error.allowed)
        }
        timeout = try settings.milliseconds("QUERY_TIMEOUT", default: .seconds(30), in: 1...600_000)
        concurrentQueries = try settings.integer("QUERY_MAX_CONCURRENT", default: 16, in: 1...1_024)
        waitingQueries = try settings.integer("QUERY_MAX_WAITING", default: 128, in: 0...10_000)
        samples = try settings.integer("QUERY_MAX_SAMPLES", default: 5_000_000, in: 1...1_000_000_000)
        series = try settings.integer("QUERY_MAX_SERIES", default: 100_000, in: 1...10_000_000)
        bytesToRead = try settings.integer("QUERY_MAX_BYTES_TO_READ", default: 8 << 30, in: 1...Int.max)
        answerBytes = try settings.integer("QUERY_MAX_ANSWER_BYTES", default: 64 << 20, in: 1_024...(1 << 30))
        pointDays = try settings.integer("QUERY_POINT_DAYS", default: 30, in: 1...36_500)
        storageInterval = try settings.milliseconds("QUERY_STORAGE_INTERVAL", default: .seconds(15), in: 0...86_400_000)
        promotedResourceAttributes = settings.string("QUERY_PROMOTED_RESOURCE_ATTRIBUTES", default: "")
            .split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
        hasScopeLabels = try settings.flag("QUERY_SCOPE_LABELS", default: false)
    }
}
