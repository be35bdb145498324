import ClickHouseHTTP
import Logging
import ServiceKit

/// What the collector's environment variables say, and below them its configuration file (`ConfigurationFile`).
struct CollectorConfiguration: Sendable {
    /// `LOG_LEVEL`: the least severe lines that are written: `trace`, `debug`, `info` (the default), `notice`, `warning`
    /// (or `warn`), `error` or `critical`.
    let logLevel: Logger.Level
    /// `BIND_HOST`: the address to listen on; `127.0.0.1` by default.
    let host: String
    /// `COLLECTOR_HTTP_PORT`: where OTLP/HTTP is taken; 4318 by default.
    let port: Int
    /// `OTLP_GRPC_PORT`: where OTLP/gRPC is taken; 4317 by default.
    let grpcPort: Int
    /// `COLLECTOR_SHARE_PORTS`: whether other collectors of the same user may take OTLP on the same two ports, so that the
    /// system spreads connections over all of them; `false` by default.
    let sharesPorts: Bool
    /// `COLLECTOR_METRICS_PORT`: where `/metrics` and `/health` are; 8888 by default.
    let metricsPort: Int
    /// `COLLECTOR_HEALTH_PORT`: where `/health` and `/ready` are too; nowhere else by default.
    let healthPort: Int?
    /// `COLLECTOR_BEARER_TOKEN`: what senders must show (RFC 6750); nothing by default.
    let bearerToken: BearerToken?
    /// `COLLECTOR_CORS_ALLOWED_ORIGINS`: origins of web pages that may send, separated by commas; none by default.
    let allowedOrigins: [String]
    /// `COLLECTOR_MAX_REQUEST_BYTES`: how large a body may be once it is expanded; 20 MiB by default.
    let maximumRequestBytes: Int
    /// `COLLECTOR_RETENTION_DAYS`: how many days the tables keep rows, 30 by default; older items are refused, since they
    /// would be deleted at once.
    let retentionDays: Int
    /// `COLLECTOR_LOG_DIR`: the folder of the write-ahead log; `collector-log` in `DATA_DIR` (`data`) by default.
    let logFolder: String
    /// `COLLECTOR_LOG_BYTES`: how large the log may become, 1 GiB by default: half of it for spans, a quarter each for log
    /// records and metrics. `COLLECTOR_LOG_SEGMENT_BYTES`: how large a file of it is, 32 MiB by default.
    /// `COLLECTOR_LOG_SYNC`: `always`, `never`, or an interval in milliseconds; 1000 by default.
    let log: LogLimits
    /// `COLLECTOR_WORKERS`: how many batches of each signal are under way at once; 2 by default.
    let workers: Int
    /// `COLLECTOR_QUEUE_BYTES`: the memory budget for requests that are received and batches that are sent; 128 MiB by
    /// default.
    let queueBytes: Int
    /// `COLLECTOR_BATCH_ROWS`, `COLLECTOR_BATCH_BYTES`, `COLLECTOR_BATCH_INTERVAL` and `COLLECTOR_BATCH_LINGER` (both in
    /// milliseconds): when rows are inserted.
    let batches: BatchLimits
    /// `COLLECTOR_SHUTDOWN_TIMEOUT` in milliseconds: how long writing what is left may take at the end; 10 s by default.
    let shutdownTimeout: Duration
    /// `CH_HOST` (a host name, `host:port`, or an `http` or `https` URL; `127.0.0.1` by default), `CH_SECURE` (TLS; by
    /// default for ClickHouse Cloud's hosts only), `CLICKHOUSE_HTTP_PORT` (8123 by default), `CH_DATABASE` (`o11y`),
    /// `CH_USER` (`default`) and `CH_PASSWORD` (none).
    let clickHouse: ClickHouseAccess
    /// `COLLECTOR_INSERT_TIMEOUT` in milliseconds: how long an insert may take; 30 s by default.
    let insertTimeout: Duration
    /// `COLLECTOR_TRACES_PER_SECOND`: how many spans of its own the collector makes of requests, and as many of batches; 1
    /// by default, none with 0.
    let tracesPerSecond: Int
    /// `COLLECTOR_METRICS_INTERVAL` in milliseconds: how often the collector stores its own metrics; 15 s by default, never
    /// with 0.
    let metricsInterval: Duration
    /// What the OpenTelemetry SDK reads of its own variables.
    private var environment: [String: String] = [:]
    /// What was understood in another sense than written, one sentence each.
    private(set) var notes: [String] = []

    /// Reads the environment, and the file that `COLLECTOR_CONFIG` names.
    init(environment: [String: String]) throws(SettingError) {
        let layers = try LayeredSettings(environment: environment, keys: .collector)
        do throws(SettingError) { try self.init(layers.settings) } catch { throw layers.named(error) }
        notes = layers.notes
        self.environment = environment
    }

    /// Reads the variables.
    init(_ settings: Settings) throws(SettingError) {
        logLevel = try settings.logLevel("LOG_LEVEL")
        healthPort = try settings.string("COLLECTOR_HEALTH_PORT").map { _ throws(SettingError) in
            try settings.port("COLLECTOR_HEALTH_PORT", default: 0)
        }
        bearerToken = try settings.string("COLLECTOR_BEARER_TOKEN").map { text throws(SettingError) in
            guard let token = BearerToken(text) else {
                throw SettingError(
                    variable: "COLLECTOR_BEARER_TOKEN",
                    value: nil,
                    allowed: "letters, digits and -._~+/ with = at the end only"
                )
            }
            return token
        }
        host = settings.string("BIND_HOST", default: "127.0.0.1")
        port = try settings.port("COLLECTOR_HTTP_PORT", default: 4_318)
        grpcPort = try settings.port("OTLP_GRPC_PORT", default: 4_317)
        sharesPorts = try settings.flag("COLLECTOR_SHARE_PORTS", default: false)
        metricsPort = try settings.port("COLLECTOR_METRICS_PORT", default: 8_888)
        allowedOrigins = try Self.origins(settings)
        queueBytes = try settings.integer("COLLECTOR_QUEUE_BYTES", default: 128 << 20, in: (1 << 20)...(16 << 30))
        maximumRequestBytes = try settings.integer(
            "COLLECTOR_MAX_REQUEST_BYTES",
            default: 20 << 20,
            in: 1_024...(1 << 30)
        )
        retentionDays = try settings.integer("COLLECTOR_RETENTION_DAYS", default: 30, in: 1...3_650)
        var batches = BatchLimits()
        batches.rows = try settings.integer("COLLECTOR_BATCH_ROWS", default: batches.rows, in: 1...1_000_000)
        batches.bytes = try settings.integer("COLLECTOR_BATCH_BYTES", default: batches.bytes, in: 1_024...(256 << 20))
        batches.interval = try settings.milliseconds("COLLECTOR_BATCH_INTERVAL", default: batches.interval)
        batches.linger = try settings.milliseconds("COLLECTOR_BATCH_LINGER", default: batches.linger)
        self.batches = batches
        let data = settings.string("DATA_DIR", default: "data")
        logFolder = settings.string("COLLECTOR_LOG_DIR", default: data + "/collector-log")
        log = try Self.log(settings)
        workers = try settings.integer("COLLECTOR_WORKERS", default: 2, in: 1...64)
        shutdownTimeout = try settings.milliseconds("COLLECTOR_SHUTDOWN_TIMEOUT", default: .seconds(10))
        insertTimeout = try settings.milliseconds("COLLECTOR_INSERT_TIMEOUT", default: .seconds(30))
        clickHouse = try Self.clickHouse(settings)
        tracesPerSecond = try settings.integer("COLLECTOR_TRACES_PER_SECOND", default: 1, in: 0...1_000)
        metricsInterval = try settings.milliseconds(
            "COLLECTOR_METRICS_INTERVAL",
            default: .seconds(15),
            in: 0...86_400_000
        )
    }

    /// What makes the collector's own telemetry.
    ///
    /// - Throws: `OTelConfigurationError` for a variable of the SDK that cannot be used.
    func ownTelemetry() throws -> OwnTelemetry {
        try OwnTelemetry(serviceName: "otel-collector", library: "Collector", environment: environment)
    }

    private static func clickHouse(_ settings: Settings) throws(SettingError) -> ClickHouseAccess {
        do throws(ClickHouseAccessError) {
            return try ClickHouseAccess(environment: settings.string)
        } catch {
            throw SettingError(variable: error.variable, value: error.value, allowed: error.allowed)
        }
    }

    /// How long the tables keep rows, in seconds.
    var retention: Int { retentionDays * 86_400 }

    private static func log(_ settings: Settings) throws(SettingError) -> LogLimits {
        var limits = LogLimits(
            bytes: try settings.integer("COLLECTOR_LOG_BYTES", default: 1 << 30, in: (1 << 20)...(1 << 44))
        )
        limits.segmentBytes = try settings.integer(
            "COLLECTOR_LOG_SEGMENT_BYTES",
            default: limits.segmentBytes,
            in: 4_096...(1 << 30)
        )
        let text = settings.string("COLLECTOR_LOG_SYNC", default: "1000").lowercased()
        switch (text, Int(text)) {
        case ("always", _): limits.sync = .always
        case ("never", _): limits.sync = .never
        case (_, let interval?) where (1...3_600_000).contains(interval):
            limits.sync = .interval(.milliseconds(interval))
        default:
            throw SettingError(
                variable: "COLLECTOR_LOG_SYNC",
                value: text,
                allowed: "always, never, or milliseconds from 1 to 3600000"
            )
        }
        return limits
    }

    private static func origins(_ settings: Settings) throws(SettingError) -> [String] {
        let text = settings.string("COLLECTOR_CORS_ALLOWED_ORIGINS", default: "")
        var origins: [String] = []
        for part in text.split(separator: ",") {
            let origin = part.filter { $0 != " " }
            guard origin == "*" || origin.hasPrefix("http://") || origin.hasPrefix("https://"), origin.last != "/"
            else {
                throw SettingError(
                    variable: "COLLECTOR_CORS_ALLOWED_ORIGINS",
                    value: origin,
                    allowed: "origins such as https://shop.example or http://localhost:*, separated by commas"
                )
            }
            origins.append(origin)
        }
        return origins
    }
}
