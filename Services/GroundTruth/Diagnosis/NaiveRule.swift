import ClickHouseHTTP
import RunJournal

/// The simplest rule that people use: the service with the most errors did it.
///
/// What this rule solves is too easy to tell good methods from bad ones.
struct NaiveRule: Sendable {
    let clickHouse: ClickHouseClient

    private struct Row: Decodable {
        let service: String
        let first: Int64
    }

    func answers(to sheet: QuestionSheet) async throws -> AnswerSheet {
        var answers: [Answer] = []
        for question in sheet.questions {
            let rows: [Row] = try await clickHouse.rows(
                """
                SELECT ServiceName AS service, toUnixTimestamp64Nano(min(Timestamp)) AS first
                FROM otel_traces
                WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
                  AND StatusCode IN ('Error', 'STATUS_CODE_ERROR')
                GROUP BY service ORDER BY count() DESC, service LIMIT 1
                """.filled(["from": question.from, "to": question.to])
            )
            answers.append(
                Answer(
                    question: question.question,
                    root: rows.map { Answer.Entity(service: $0.service) },
                    path: [],
                    times: rows.first.map { Answer.Times(onset: Moment(nanoseconds: $0.first)) }
                )
            )
        }
        return AnswerSheet(method: "naive", answers: answers)
    }
}
