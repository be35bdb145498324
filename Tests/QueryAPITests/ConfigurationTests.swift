import ClickHouseHTTP
import Foundation
import ServiceKit
import Testing

@testable import QueryAPI

@Suite("The service's settings")
struct ConfigurationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func layered(_ environment: [String: String]) throws -> Settings {
        try LayeredSettings(environment: environment, keys: .query).settings
    }

    @Test("come from the file that is checked in, and the environment goes before it")
    func file() throws {
        let path = Self.root.appending(path: "configs/query.yaml").path
        let settings = try Self.layered(["QUERY_CONFIG": path, "QUERY_METRICS_PORT": "7", "CH_DATABASE": "mine"])
        let configuration = try QueryConfiguration(settings)
        #expect(configuration.metricsPort == 7)
        #expect(configuration.clickHouse.database == "mine")
        #expect(try settings.port("QUERY_SERVICE_PORT", default: 1) == 8_081)
    }

    @Test("know the product's own names, and take the native port for the HTTP interface")
    func aliases() throws {
        let settings = try Self.layered([
            "CLICKHOUSE_HOST": "clickhouse:9000", "CLICKHOUSE_DATABASE": "otel", "CLICKHOUSE_USERNAME": "me",
            "CLICKHOUSE_PASSWORD": "secret",
        ])
        let access = try QueryConfiguration(settings).clickHouse
        #expect(access.endpoint.url == "http://clickhouse:8123" && access.database == "otel" && access.user == "me")
    }

    @Test(
        "are refused when nobody knows them",
        arguments: [
            "server: {prot: 1}", "clickhouse: {addresses: [a, b]}", "server: 8081", "a: {", "limits: {samples: }",
        ]
    )
    func unknown(_ yaml: String) {
        #expect(throws: SettingError.self) { try ConfigurationFile(yaml: yaml, path: "query.yaml", keys: .query) }
    }

    @Test("are refused when they cannot be used, without a secret in what is said")
    func bad() {
        for (name, value) in [("QUERY_TIMEOUT", "0"), ("QUERY_MAX_SERIES", "many"), ("QUERY_METRICS_PORT", "70000")] {
            let error = #expect(throws: SettingError.self) {
                try QueryConfiguration(Settings(environment: [name: value, "CH_PASSWORD": "hidden-word"]))
            }
            #expect(error?.description.contains(name) == true && error?.description.contains("hidden-word") == false)
        }
    }
}
