import ClickHouseHTTP
import CurlHTTP
import Deadlines
import ServiceKit

/// Asks ClickHouse about the telemetry, within the limits of a query.
///
/// The SQL of every statement is a constant of this service's source: what comes from outside goes into it as bound
/// parameters only.
struct TelemetryDatabase: Sendable {
    private let client: ClickHouseClient
    private let statistics: QueryStatistics
    private let bytesToRead: Int

    init(_ configuration: QueryConfiguration, statistics: QueryStatistics) {
        client = ClickHouseClient(
            configuration.clickHouse,
            timeout: configuration.timeout,
            maximumResponseBytes: configuration.answerBytes
        )
        self.statistics = statistics
        bytesToRead = configuration.bytesToRead
    }

    /// The result of a statement in `RowBinary`.
    ///
    /// What is left of the task's deadline is the statement's time, here and on the server; a task that is cancelled
    /// ends it on the server too.
    ///
    /// - Parameter budget: What is left for a query of several statements; each may read the whole without one.
    /// - Throws: `ClickHouseError`, ``QueryFailure/timedOut``.
    func rows(
        _ sql: SQL,
        _ parameters: [String: ClickHouseParameter] = [:],
        within budget: ReadBudget? = nil
    ) async throws -> RowBinaryReader {
        RowBinaryReader(try await answer(to: sql, parameters, in: "RowBinary", within: budget))
    }

    /// The result of a statement in `Native`, for results of many numbers: both sides copy them as they are.
    ///
    /// - Throws: As ``rows(_:_:within:)``.
    func columns(_ sql: SQL, _ parameters: [String: ClickHouseParameter] = [:]) async throws -> NativeReader {
        NativeReader(try await answer(to: sql, parameters, in: "Native", within: nil))
    }

    private func answer(
        to sql: SQL,
        _ parameters: [String: ClickHouseParameter],
        in format: String,
        within budget: ReadBudget?
    ) async throws -> [UInt8] {
        try Task.checkCancellation()
        let left = Deadline.current?.remaining ?? client.timeout
        guard left > .zero else { throw QueryFailure.timedOut }
        let seconds = max(1, Int((left / .seconds(1)).rounded(.up)))
        let statement = ClickHouseStatement(
            sql.text,
            format: format,
            parameters: parameters,
            settings: [
                "max_execution_time": "\(seconds)", "session_timezone": "UTC",
                "max_bytes_to_read": "\(try budget?.left ?? bytesToRead)",
            ],
            queryID: RandomIdentifier.make("query"),
            timeout: left
        )
        let answer: ClickHouseAnswer
        do throws(ClickHouseError) {
            answer = try await client.answer(to: statement)
        } catch {
            if case .unreachable(.cancelled) = error { throw CancellationError() }
            throw error
        }
        statistics.read(rows: answer.rowsRead, bytes: answer.bytesRead)
        budget?.take(rows: answer.rowsRead, bytes: answer.bytesRead)
        return answer.bytes
    }

    /// Whether ClickHouse answers and has the tables that are asked.
    func ping() async throws {
        _ = try await Deadline.after(.seconds(2)).enforce {
            try await rows("SELECT count() FROM metric_series WHERE MetricName = '' AND Day = today()")
        }
    }
}
