import ClickHouseHTTP
import Testing

@Suite("Access to ClickHouse")
struct ClickHouseAccessTests {
    private func access(_ environment: [String: String]) throws(ClickHouseAccessError) -> ClickHouseAccess {
        try ClickHouseAccess(environment: { environment[$0] })
    }

    @Test(
        "has the defaults of a laptop, also where variables are empty",
        arguments: [[:], ["CH_HOST": "", "CH_SECURE": ""]]
    )
    func defaults(environment: [String: String]) throws {
        let access = try access(environment)
        #expect(access.endpoint.url == "http://127.0.0.1:8123")
        #expect(access.database == "o11y")
        #expect(access.user == "default")
        #expect(access.password.isEmpty)
    }

    @Test(
        "reads a name, a name with a port, or a URL",
        arguments: [
            (["CH_HOST": "x.eu.aws.clickhouse.cloud"], "https://x.eu.aws.clickhouse.cloud:8443"),
            (["CH_HOST": "clickhouse", "CLICKHOUSE_HTTP_PORT": "9123"], "http://clickhouse:9123"),
            (["CH_HOST": "clickhouse", "CH_SECURE": "True"], "https://clickhouse:8443"),
            (["CH_HOST": "http://[::1]:8123/"], "http://[::1]:8123"),
            (["CH_HOST": "https://h:1", "CH_SECURE": "false"], "https://h:1"),
        ]
    )
    func hosts(environment: [String: String], url: String) throws {
        #expect(try access(environment).endpoint.url == url)
    }

    @Test(
        "names the variable that cannot be used, and what is allowed",
        arguments: [
            ("CH_HOST", "http://h/path"), ("CH_HOST", "a b"), ("CH_SECURE", "yes"), ("CLICKHOUSE_HTTP_PORT", "70000"),
            ("CLICKHOUSE_HTTP_PORT", "http"),
        ]
    )
    func refused(variable: String, value: String) throws {
        let error = #expect(throws: ClickHouseAccessError.self) { try access([variable: value]) }
        #expect(error?.description.hasPrefix("\(variable)='\(value)' cannot be used: set it to ") == true)
    }

    @Test(
        "never shows what may be a secret",
        arguments: [("CH_HOST", "http://u:secret@h"), ("CH_PASSWORD", "secret\n")]
    )
    func secrets(variable: String, value: String) throws {
        let error = #expect(throws: ClickHouseAccessError.self) { try access([variable: value]) }
        #expect(error?.description.contains("secret") == false)
        #expect(error?.description.hasPrefix("\(variable)=(hidden)") == true)
    }
}
