import ClickHouseHTTP
import RunJournal

/// The reference answer: a rule in SQL for each mechanism, which reads the telemetry and nothing else.
///
/// A rule says what to look for, not where: service, instance, operation and path come out of the spans. No rule knows
/// which incident was injected, or that any was.
struct Oracle: Sendable {
    let clickHouse: ClickHouseClient

    /// The rules by the mechanism that they find.
    static let rules: [(mechanism: String, sql: [UInt8])] = [
        ("cache_without_eviction", PackageResources.cache_without_eviction_sql),
        ("connection_pool_exhaustion", PackageResources.connection_pool_exhaustion_sql),
        ("defective_release", PackageResources.defective_release_sql),
        ("lock_contention", PackageResources.lock_contention_sql),
        ("lost_update", PackageResources.lost_update_sql),
        ("missing_idempotency_key", PackageResources.missing_idempotency_key_sql),
        ("poison_message", PackageResources.poison_message_sql),
        ("retry_storm", PackageResources.retry_storm_sql),
        ("unbounded_growth", PackageResources.unbounded_growth_sql),
    ]

    /// What a rule found.
    private struct Finding: Decodable {
        let service: String
        let instance: String
        let operation: String
        let mechanism: String
        let evidence: Int
        let onset: Int64
        /// From service, from operation, to service, to operation.
        let path: [[String]]
    }

    func answers(to sheet: QuestionSheet) async throws -> AnswerSheet {
        var answers: [Answer] = []
        for question in sheet.questions { answers.append(try await answer(question)) }
        return AnswerSheet(method: "oracle", answers: answers)
    }

    private func answer(_ question: Question) async throws -> Answer {
        var findings: [Finding] = []
        for rule in Self.rules {
            let sql = String(decoding: rule.sql, as: UTF8.self).filled(["from": question.from, "to": question.to])
            findings += try await clickHouse.rows(sql)
        }
        findings.sort { ($0.evidence, $0.mechanism) > ($1.evidence, $1.mechanism) }
        return Answer(
            question: question.question,
            root: findings.map { finding in
                Answer.Entity(
                    service: finding.service,
                    instance: finding.instance,
                    operation: finding.operation,
                    mechanism: finding.mechanism
                )
            },
            path: findings.flatMap(\.path).compactMap { step in
                guard step.count == 4, !step.contains("") else { return nil }
                return Answer.Edge(
                    from: .init(service: step[0], operation: step[1]),
                    to: .init(service: step[2], operation: step[3])
                )
            },
            times: findings.map(\.onset).min().map { Answer.Times(onset: Moment(nanoseconds: $0)) }
        )
    }
}
