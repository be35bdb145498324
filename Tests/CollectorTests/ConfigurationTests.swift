import ClickHouseHTTP
import Foundation
import HTTPCore
import Logging
import ServiceKit
import Testing

@testable import Collector

@Suite("The collector's configuration")
struct ConfigurationTests {
    @Test("Without variables it has the defaults of a laptop")
    func defaults() throws {
        let configuration = try CollectorConfiguration(Settings(environment: [:]))
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 4_318)
        #expect(configuration.metricsPort == 8_888)
        #expect(configuration.clickHouse.endpoint.url == "http://127.0.0.1:8123")
        #expect(configuration.clickHouse.database == "o11y")
        #expect(configuration.queueBytes == 128 << 20)
        #expect(configuration.batches == BatchLimits())
    }

    @Test(
        "CH_HOST is a name, a name with a port, or a URL",
        arguments: [
            (["CH_HOST": "x.eu.aws.clickhouse.cloud"], "https://x.eu.aws.clickhouse.cloud:8443"),
            (["CH_HOST": "clickhouse", "CLICKHOUSE_HTTP_PORT": "9123"], "http://clickhouse:9123"),
            (["CH_HOST": "clickhouse:1"], "http://clickhouse:1"),
            (["CH_HOST": "clickhouse", "CH_SECURE": "true"], "https://clickhouse:8443"),
            (["CH_HOST": "http://[::1]:8123/"], "http://[::1]:8123"),
            (["CH_HOST": "https://h:1", "CH_SECURE": "false"], "https://h:1"),
        ]
    )
    func clickHouse(environment: [String: String], url: String) throws {
        #expect(try CollectorConfiguration(Settings(environment: environment)).clickHouse.endpoint.url == url)
    }

    @Test(
        "A value that cannot be used is named with what is allowed",
        arguments: [
            ("COLLECTOR_HTTP_PORT", "abc"), ("OTLP_GRPC_PORT", "-1"), ("COLLECTOR_METRICS_PORT", "70000"),
            ("COLLECTOR_QUEUE_BYTES", "12"),
            ("COLLECTOR_BATCH_ROWS", "0"), ("CH_HOST", "http://"), ("CH_HOST", "tcp://h:9000"), ("CH_HOST", "a b"),
            ("CH_SECURE", "1"), ("COLLECTOR_CORS_ALLOWED_ORIGINS", "shop.example"), ("COLLECTOR_BATCH_LINGER", "-1"),
            ("COLLECTOR_LOG_SYNC", "sometimes"), ("COLLECTOR_LOG_SYNC", "0"), ("COLLECTOR_LOG_BYTES", "1"),
            ("COLLECTOR_RETENTION_DAYS", "0"), ("COLLECTOR_WORKERS", "0"), ("COLLECTOR_SHARE_PORTS", "yes"),
            ("COLLECTOR_TRACES_PER_SECOND", "-1"),
        ]
    )
    func refusals(variable: String, value: String) {
        let error = #expect(throws: SettingError.self) {
            try CollectorConfiguration(Settings(environment: [variable: value]))
        }
        #expect(error?.variable == variable)
        #expect(error?.description.contains(value) == true)
    }

    @Test("The file says what the environment does not, and other names stand below our own")
    func layers() throws {
        let yaml = """
            clickhouse:
              addresses: ["localhost:9000"]
              database: "otel"
            otlp:
              grpc_port: 14317
              http_port: 14318
            performance:
              batch_size: 10000
              batch_timeout: 10s
              worker_count: 4
            """
        let file = try ConfigurationFile(yaml: yaml, path: "collector.yaml", keys: .collector)
        func configuration(_ environment: [String: String]) throws -> CollectorConfiguration {
            try CollectorConfiguration(LayeredSettings(environment: environment, file: file).settings)
        }
        let plain = try configuration([:])
        #expect(plain.clickHouse.endpoint.url == "http://localhost:8123")
        #expect(plain.clickHouse.database == "otel")
        #expect(plain.port == 14_318)
        #expect(plain.batches.rows == 10_000)
        #expect(plain.batches.interval == .seconds(10))
        #expect(plain.workers == 4)
        #expect(LayeredSettings(environment: [:], file: file).settings.string("OTLP_GRPC_PORT") == "14317")
        let aliases = [
            "CLICKHOUSE_HOST": "clickhouse:9440", "CLICKHOUSE_DATABASE": "a", "CLICKHOUSE_USERNAME": "u",
            "CLICKHOUSE_PASSWORD": "p", "LOG_LEVEL": "debug", "OTLP_GRPC_PORT": "1",
        ]
        let aliased = try configuration(aliases)
        #expect(aliased.clickHouse.endpoint.url == "https://clickhouse:8443")
        #expect(aliased.clickHouse.database == "a")
        #expect(aliased.clickHouse.user == "u")
        #expect(aliased.clickHouse.password == "p")
        #expect(aliased.logLevel == .debug)
        let own = try configuration(aliases.merging(["CH_HOST": "own:9000", "CH_DATABASE": "b"]) { $1 })
        #expect(own.clickHouse.endpoint.url == "http://own:9000")
        #expect(own.clickHouse.database == "b")
    }

    @Test("The native port is understood as the HTTP interface, and said")
    func nativePort() {
        let layers = LayeredSettings(environment: ["CLICKHOUSE_HOST": "clickhouse:9000"], file: nil)
        #expect(layers.settings.string("CH_HOST") == "clickhouse")
        #expect(
            layers.notes == [
                "CLICKHOUSE_HOST=clickhouse:9000 is the port of ClickHouse's native protocol: its HTTP interface is used."
            ]
        )
    }

    @Test("The checked-in file says the defaults")
    func checkedInFile() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../configs/collector.yaml")
        let configuration = try CollectorConfiguration(environment: ["COLLECTOR_CONFIG": path.path])
        #expect(configuration.clickHouse.endpoint.url == "http://localhost:8123")
        #expect(configuration.clickHouse.database == "o11y")
        #expect(configuration.port == 4_318)
        #expect(configuration.metricsPort == 8_888)
        #expect(configuration.batches == BatchLimits())
        #expect(configuration.notes.isEmpty)
    }

    @Test(
        "A file that cannot be used is said in one line, with the key",
        arguments: [
            ("otlp:\n  http_port: many", "f: otlp.http_port", "many"), ("otlp:\n  port: 1", "f: otlp", "port"),
            ("performance:\n  batch_timeout: 10", "f: performance.batch_timeout", "10"), ("a: {}", "f", "a"),
            ("clickhouse:\n  addresses: [a, b]", "f: clickhouse.addresses", "a, b"), ("- 1", "f", ""),
            ("otlp: [", "COLLECTOR_CONFIG", "f"),
            ("clickhouse:\n  addresses: ['tcp://h:1']", "f: clickhouse.addresses", "tcp"),
        ]
    )
    func unusableFile(yaml: String, variable: String, value: String) {
        let error = #expect(throws: SettingError.self) {
            let layers = LayeredSettings(
                environment: [:],
                file: try ConfigurationFile(yaml: yaml, path: "f", keys: .collector)
            )
            do throws(SettingError) { _ = try CollectorConfiguration(layers.settings) } catch {
                throw layers.named(error)
            }
        }
        #expect(error?.variable == variable)
        #expect(value.isEmpty || error?.value?.contains(value) == true)
    }

    @Test("An alias is named when its value cannot be used, and a token is never shown")
    func namedAliases() {
        let host = #expect(throws: SettingError.self) {
            try CollectorConfiguration(environment: ["CLICKHOUSE_HOST": "tcp://h:9000"])
        }
        #expect(host?.variable == "CLICKHOUSE_HOST")
        let token = #expect(throws: SettingError.self) {
            try CollectorConfiguration(environment: ["COLLECTOR_BEARER_TOKEN": "white space"])
        }
        #expect(token?.description.contains("white") == false)
        let level = #expect(throws: SettingError.self) {
            try CollectorConfiguration(environment: ["LOG_LEVEL": "loud"])
        }
        #expect(level?.variable == "LOG_LEVEL")
    }

    @Test("A password in CH_HOST is not repeated in the error")
    func passwordInHost() {
        let error = #expect(throws: SettingError.self) {
            try CollectorConfiguration(Settings(environment: ["CH_HOST": "http://me:secret@h"]))
        }
        #expect(error?.description.contains("secret") == false)
    }

    @Test("The log is synced always, never, or every so often")
    func syncPolicies() throws {
        func policy(_ text: String?) throws -> SyncPolicy {
            let environment = text.map { ["COLLECTOR_LOG_SYNC": $0] } ?? [:]
            return try CollectorConfiguration(Settings(environment: environment)).log.sync
        }
        #expect(try policy(nil) == .interval(.seconds(1)))
        #expect(try policy("ALWAYS") == .always)
        #expect(try policy("never") == .never)
        #expect(try policy("250") == .interval(.milliseconds(250)))
    }

    @Test("A folder that cannot be used, or is used by another collector, is said in one line")
    func unusableFolder() async throws {
        let folder = try TemporaryFolder()
        try await withCollector(["COLLECTOR_LOG_DIR": folder.path]) { _ in
            for path in [folder.path, "/dev/null/log", "/proc/log"] {
                let error = #expect(throws: SettingError.self) {
                    try RunningCollector.collector(["COLLECTOR_LOG_DIR": path])
                }
                #expect(error?.variable == "COLLECTOR_LOG_DIR")
                #expect(error?.value == path)
            }
        }
    }

    @Test("A taken port is said in one line that names the variable")
    func takenPort() async throws {
        try await withCollector { running in
            let port = running.collector.receiver.localAddress.port
            let folder = try TemporaryFolder()
            let error = #expect(throws: SettingError.self) {
                try RunningCollector.collector(["COLLECTOR_HTTP_PORT": "\(port)", "COLLECTOR_LOG_DIR": folder.path])
            }
            #expect(error?.variable == "COLLECTOR_HTTP_PORT")
        }
    }

    @Test("Collectors that share their ports take OTLP on the same ones, and have metrics of their own")
    func sharedPorts() async throws {
        try await withCollector(["COLLECTOR_SHARE_PORTS": "true"]) { running in
            let (http, grpc) = (running.collector.receiver.localAddress, running.collector.grpcReceiver.localAddress)
            let folder = try TemporaryFolder()
            let other = try RunningCollector.collector([
                "COLLECTOR_SHARE_PORTS": "true", "COLLECTOR_HTTP_PORT": "\(http.port)",
                "OTLP_GRPC_PORT": "\(grpc.port)", "COLLECTOR_LOG_DIR": folder.path,
            ])
            #expect(other.receiver.localAddress == http)
            #expect(other.grpcReceiver.localAddress == grpc)
            #expect(other.administration.localAddress != running.collector.administration.localAddress)
        }
    }

    @Test(
        "Origins may have a wildcard",
        arguments: [
            ("https://a.example", "https://a.example", true), ("https://a.example", "https://b.example", false),
            ("http://localhost:*", "http://localhost:3000", true), ("http://localhost:*", "http://localhost", false),
            ("https://*.example", "https://a.b.example", true), ("https://*.example", "https://example.evil", false),
            ("*", "http://anything", true),
        ]
    )
    func origins(pattern: String, origin: String, matches: Bool) {
        #expect(CrossOrigin.matches(origin, pattern) == matches)
    }
}
