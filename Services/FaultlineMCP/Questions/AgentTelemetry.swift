import ClickHouseHTTP
import CurlHTTP

/// The telemetry, asked as the user `agent`: whatever the SQL says, ClickHouse lets it read the telemetry and nothing
/// else, and bounds what it reads, how long it takes and how much it gives.
struct AgentTelemetry: Sendable {
    /// A table, or what ClickHouse gave in the format that the SQL asked for.
    struct Answer: Sendable {
        let text: String
    }

    /// How many questions the user `agent` may ask at once.
    static let concurrentQueries = 4

    private let client: ClickHouseClient
    private let turns = Turns(concurrentQueries)

    init(_ access: ClickHouseAccess) {
        // ClickHouse ends what takes 10 s; the rest is for the way.
        client = ClickHouseClient(access, timeout: .seconds(20), maximumResponseBytes: 4 << 20)
    }

    /// Asks.
    ///
    /// - Throws: ``ToolRefusal`` with what ClickHouse said; `CancellationError`.
    func answer(to sql: String, _ progress: Progress = .none) async throws -> Answer {
        await progress.report(0, 2, "Waiting for a turn.")
        return try await turns.take {
            await progress.report(1, 2, "Asking ClickHouse.")
            // Without an id: this user may end no query. It ends by itself.
            let statement = ClickHouseStatement(sql, format: "JSONCompactEachRowWithNames")
            let bytes: [UInt8]
            do throws(ClickHouseError) {
                bytes = try await client.execute(statement)
            } catch {
                throw Self.refusal(error)
            }
            await progress.report(2, 2, "Answered.")
            return Answer(text: Self.table(bytes))
        }
    }

    /// `{"columns":[...],"rows":[[...]]}` of lines that are arrays, the first of them the names; other lines as they are.
    static func table(_ bytes: [UInt8]) -> String {
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard let names = lines.first, JSONValue(names)?.elements?.allSatisfy({ $0.text != nil }) == true,
            lines.allSatisfy({ $0.first == UInt8(ascii: "[") && $0.last == UInt8(ascii: "]") })
        else { return String(decoding: bytes, as: UTF8.self) }
        var text: [UInt8] = Array(#"{"columns":"#.utf8) + names + Array(#","rows":["#.utf8)
        for (index, row) in lines.dropFirst().enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text += row
        }
        return String(decoding: text + Array("]}".utf8), as: UTF8.self)
    }

    private static func refusal(_ error: ClickHouseError) -> any Error {
        switch error {
        case .unreachable(.cancelled): CancellationError()
        case .refused(let exception): ToolRefusal(exception.description)
        default: ToolRefusal(error.description)
        }
    }
}
