import ClickHouseHTTP
import CurlHTTP
import HTTPCore
import HTTPTypes
import Testing

@Suite("A ClickHouse client", .timeLimit(.minutes(2)))
struct ClickHouseClientTests {
    @Test("names user and password in header fields, never in the URL")
    func credentials() async throws {
        let server = try RecordingClickHouse()
        try await server.serving(user: "reader", password: "s3cret") { clickHouse in
            _ = try await clickHouse.execute(ClickHouseStatement("SELECT 1"))
            try await clickHouse.insert(ClickHouseInsert(into: "t", format: "Native", body: [1]))
        }
        #expect(server.asked.count == 2)
        for asked in server.asked {
            #expect(asked.headers[HTTPField.Name("X-ClickHouse-User")!] == "reader")
            #expect(asked.headers[HTTPField.Name("X-ClickHouse-Key")!] == "s3cret")
            #expect(!asked.target.contains("s3cret"))
            #expect(!asked.target.contains("reader"))
        }
    }

    @Test("sends a statement's database, format, parameters, settings and id beside its SQL")
    func statement() async throws {
        let server = try RecordingClickHouse()
        try await server.serving { clickHouse in
            _ = try await clickHouse.execute(
                ClickHouseStatement(
                    "SELECT {name:String}",
                    format: "CSV",
                    parameters: ["name": ClickHouseParameter("a&b=\t\\")],
                    settings: ["max_threads": "1"],
                    queryID: "q 1"
                )
            )
            _ = try await clickHouse.execute(ClickHouseStatement("SELECT 2", database: ""))
        }
        let asked = try #require(server.asked.first)
        #expect(asked.sql == "SELECT {name:String}")
        #expect(asked.query["database"] == "o11y")
        #expect(asked.query["default_format"] == "CSV")
        #expect(asked.query["param_name"] == #"a&b=\t\\"#)
        #expect(asked.query["max_threads"] == "1")
        #expect(asked.query["query_id"] == "q 1")
        #expect(asked.query["wait_end_of_query"] == "1")
        #expect(server.asked.last?.query["database"] == nil)
    }

    @Test("sends an insert's rows as they are, with its token, encoding and columns")
    func insert() async throws {
        let server = try RecordingClickHouse()
        try await server.serving { clickHouse in
            try await clickHouse.insert(
                ClickHouseInsert(
                    into: "otel_traces",
                    columns: ["Events.Name", "odd`name"],
                    format: "Native",
                    body: [0, 255, 7],
                    encoding: "zstd",
                    deduplicationToken: "a-1",
                    settings: ["async_insert": "1"]
                )
            )
        }
        let asked = try #require(server.asked.first)
        #expect(asked.query["query"] == "INSERT INTO otel_traces (`Events.Name`, `odd\\`name`) FORMAT Native")
        #expect(asked.body == [0, 255, 7])
        #expect(asked.headers[.contentEncoding] == "zstd")
        #expect(asked.query["insert_deduplicate"] == "1")
        #expect(asked.query["insert_deduplication_token"] == "a-1")
        #expect(asked.query["deduplicate_blocks_in_dependent_materialized_views"] == "1")
        #expect(asked.query["async_insert"] == "1")
    }

    @Test("tells what ClickHouse refused, with its code and the first line of its message")
    func refusals() async throws {
        let server = try RecordingClickHouse { asked in
            switch asked.sql {
            case "header":
                var headers = HTTPFields()
                headers[HTTPField.Name("X-ClickHouse-Exception-Code")!] = "241"
                return Response(status: .ok, headers: headers, body: .text("Code: 241. DB::Exception: memory\nstack"))
            case "message": return Response(status: .notFound, body: .text("Code: 60. DB::Exception: no table\nstack"))
            default: return Response(status: .badGateway, body: .text(String(repeating: "x", count: 5_000)))
            }
        }
        try await server.serving { clickHouse in
            func refusal(_ sql: String) async -> ClickHouseException? {
                do {
                    _ = try await clickHouse.execute(ClickHouseStatement(sql))
                    return nil
                } catch {
                    if case .refused(let exception) = error { return exception }
                    return nil
                }
            }
            let memory = ClickHouseException(status: 200, code: 241, message: "Code: 241. DB::Exception: memory")
            #expect(await refusal("header") == memory)
            let missing = ClickHouseException(status: 404, code: 60, message: "Code: 60. DB::Exception: no table")
            #expect(await refusal("message") == missing)
            let proxy = await refusal("proxy")
            #expect(proxy?.status == 502)
            #expect(proxy?.code == nil)
            #expect(proxy?.message.utf8.count == 600)
        }
    }

    @Test("says which host does not answer, and how to mend it")
    func away() async throws {
        let endpoint = ClickHouseEndpoint(scheme: "http", host: "127.0.0.1", port: 1)
        let clickHouse = ClickHouseClient(ClickHouseAccess(endpoint: endpoint, database: "o11y", password: "s3cret"))
        let error = await #expect(throws: ClickHouseError.self) {
            try await clickHouse.execute(ClickHouseStatement("SELECT 1"))
        }
        guard case .unreachable(.unreachable(host: "127.0.0.1:1", _)) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(error?.description.contains("CLICKHOUSE_HTTP_PORT") == true)
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test("ends a statement on the server too when its caller leaves")
    func leaving() async throws {
        let server = try RecordingClickHouse { asked in
            if asked.sql == "slow" { try await Task.sleep(for: .seconds(3_600)) }
            return Response(status: .ok)
        }
        try await server.serving { clickHouse in
            let asking = Task { try await clickHouse.execute(ClickHouseStatement("slow", queryID: "it's mine")) }
            _ = await server.first { $0.sql == "slow" }
            asking.cancel()
            let outcome = await asking.result
            #expect(throws: ClickHouseError.unreachable(.cancelled)) { try outcome.get() }
            let kill = await server.first { $0.sql.hasPrefix("KILL QUERY") }
            #expect(kill?.query["param_id"] == "it's mine")
        }
    }

    @Test("ends a statement on the server too when its time is over")
    func timeout() async throws {
        let server = try RecordingClickHouse { asked in
            if asked.sql == "slow" { try await Task.sleep(for: .seconds(3_600)) }
            return Response(status: .ok)
        }
        try await server.serving { clickHouse in
            let slow = ClickHouseStatement("slow", queryID: "q", timeout: .milliseconds(20))
            await #expect(throws: ClickHouseError.self) { try await clickHouse.execute(slow) }
            let kill = await server.first { $0.sql.hasPrefix("KILL QUERY") }
            #expect(kill?.query["param_id"] == "q")
        }
    }

    @Test("says which row it cannot read")
    func unreadableRow() async throws {
        struct Row: Decodable, Equatable { let n: Int }
        let server = try RecordingClickHouse { _ in Response(status: .ok, body: .text("{\"n\":1}\n{\"n\":\"two\"}\n")) }
        try await server.serving { clickHouse in
            let error = await #expect(throws: ClickHouseError.self) {
                let _: [Row] = try await clickHouse.rows("SELECT n")
            }
            guard case .unexpected(let reason) = error else {
                Issue.record("another error: \(String(describing: error))")
                return
            }
            #expect(reason.hasPrefix("row 2 is no Row"))
        }
    }
}
