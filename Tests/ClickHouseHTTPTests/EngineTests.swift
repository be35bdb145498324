import ClickHouseHTTP
import EmbeddedClickHouse
import Testing

@Suite(
    "A ClickHouse client with the real engine",
    .enabled(if: EmbeddedClickHouse.isAvailable, "./demo test prepares the Python that runs it"),
    .timeLimit(.minutes(5))
)
struct EngineTests {
    private struct Row: Codable, Equatable {
        let text: String
        let number: Int64
    }

    @Test("binds parameters, which never become SQL; inserts once for each token; and tells the code of a refusal")
    func engine() async throws {
        let engine = try EmbeddedClickHouse()
        try await engine.start()
        let endpoint = ClickHouseEndpoint(scheme: "http", host: "127.0.0.1", port: engine.port)
        let clickHouse = ClickHouseClient(ClickHouseAccess(endpoint: endpoint, database: "o11y"))

        let texts = ["plain", "it's; DROP TABLE otel_traces --", "tab\tnew\nline\\back", "ü €", ""]
        for text in texts {
            let row: Row = try await clickHouse.row(
                "SELECT {text:String} AS text, {number:Int64} AS number",
                parameters: ["text": ClickHouseParameter(text), "number": ClickHouseParameter(Int64.max)]
            )
            #expect(row == Row(text: text, number: .max))
        }

        struct Arrays: Codable, Equatable {
            let texts: [String]
            let numbers: [UInt64]
        }
        let arrays = Arrays(texts: texts + ["']) --"], numbers: [0, .max])
        let bound: Arrays = try await clickHouse.row(
            "SELECT {texts:Array(String)} AS texts, {numbers:Array(UInt64)} AS numbers",
            parameters: [
                "texts": ClickHouseParameter(arrays.texts), "numbers": ClickHouseParameter(arrays.numbers),
            ]
        )
        #expect(bound == arrays)
        let counted = try await clickHouse.answer(to: ClickHouseStatement("SELECT count() FROM numbers(1000)"))
        #expect(counted.rowsRead == 1_000 && counted.bytesRead > 0)

        try await clickHouse.execute(
            ClickHouseStatement(
                """
                CREATE TABLE odd (text String, number Int64) ENGINE = MergeTree ORDER BY number
                SETTINGS non_replicated_deduplication_window = 100
                """
            )
        )
        for token in ["a", "a", "b"] {
            try await clickHouse.insert(
                ClickHouseInsert(
                    into: "odd",
                    columns: ["number", "text"],
                    format: "JSONEachRow",
                    body: Array(#"{"text":"x","number":1}"#.utf8),
                    deduplicationToken: token
                )
            )
        }
        let stored: [Row] = try await clickHouse.rows("SELECT text, number FROM odd")
        #expect(stored == [Row(text: "x", number: 1), Row(text: "x", number: 1)])

        let missing = ClickHouseStatement("SELECT * FROM no_such_table")
        let error = await #expect(throws: ClickHouseError.self) { try await clickHouse.execute(missing) }
        #expect(error?.code == 60)
        #expect(error?.description.contains("no_such_table") == true)
    }
}
