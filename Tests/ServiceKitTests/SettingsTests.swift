import Logging
import ServiceKit
import Testing

@Suite("Settings")
struct SettingsTests {
    @Test("have defaults, and take an empty variable as one that is not set")
    func defaults() throws {
        let settings = Settings(environment: ["EMPTY": ""])
        #expect(try settings.port("EMPTY", default: 8000) == 8000)
        #expect(try settings.port("MISSING", default: 8000) == 8000)
        #expect(settings.string("MISSING") == nil)
    }

    @Test("name the variable, its value and what is allowed")
    func refusal() {
        let settings = Settings(environment: ["SAMPLE_APP_PORT": "abc", "RATE": "11", "FLAG": "yes", "URL": "ftp://x"])
        #expect {
            try settings.port("SAMPLE_APP_PORT", default: 8000)
        } throws: { error in
            "\(error)" == "SAMPLE_APP_PORT='abc' cannot be used: set it to a port from 0 to 65535."
        }
        #expect(throws: SettingError.self) { try settings.number("RATE", default: 1, in: 0...10) }
        #expect(throws: SettingError.self) { try settings.flag("FLAG", default: false) }
        #expect(throws: SettingError.self) { try settings.origin("URL", default: "http://x") }
    }

    @Test("read how much is logged, in any case and under both names of a warning")
    func logLevel() throws {
        func level(_ text: String) throws -> Logger.Level {
            try Settings(environment: ["LOG_LEVEL": text]).logLevel("LOG_LEVEL")
        }
        #expect(
            try ["", "DEBUG", "warn", "Warning", "critical"].map(level) == [
                .info, .debug, .warning, .warning, .critical,
            ]
        )
        #expect(throws: SettingError.self) { try level("loud") }
    }

    @Test(
        "read origins",
        arguments: [
            ("http://127.0.0.1:8002", "127.0.0.1", 8002), ("http://inventory/", "inventory", 80),
            ("http://[::1]:9", "::1", 9),
        ]
    )
    func origins(text: String, host: String, port: Int) throws {
        let origin = try #require(Origin(text))
        #expect(origin == Origin(host: host, port: port))
    }

    @Test(
        "refuse what is no origin",
        arguments: [
            "", "127.0.0.1:80", "https://x", "http://", "http://x:0", "http://x/path", "http://u@x", "http://[::1",
        ]
    )
    func malformedOrigins(text: String) {
        #expect(Origin(text) == nil)
    }
}
