import Foundation
import Testing

/// How well the scores of traces tell those that an incident touched from those before it, by the labels of a run.
struct AnomalyScores {
    /// What a label says, as far as scores are compared with it.
    private struct Label: Decodable {
        struct Scope: Decodable { let sql: String }
        struct Times: Decodable { let injected: String }
        let scenario: String
        let valid: Bool
        let scope: Scope?
        let t: Times
    }

    let suite: RunningSuite

    /// Waits until every trace of a stretch is summarized, and each text of a trace has its vector if any has.
    func waitForSummaries(_ stretch: ClosedRange<Int>) async throws {
        try await suite.number(
            """
            SELECT uniqExact(TraceId) FROM otel_traces
            WHERE \(Self.within(stretch)) AND TraceId != '' AND ServiceName != 'embedding-pipeline'
              AND TraceId NOT IN (SELECT TraceId FROM trace_summaries)
            """
        ) { $0 == 0 }
        try await suite.number(
            """
            SELECT if((SELECT count() FROM template_embeddings) = 0, 0, count()) FROM trace_templates
            WHERE Key NOT IN (SELECT Key FROM template_embeddings)
            """
        ) { $0 == 0 }
    }

    /// The share of a quiet stretch's traces that were flagged, of those that had a baseline to be compared with.
    func falseAlarms(_ stretch: ClosedRange<Int>) async throws -> (share: Double, traces: Int) {
        let compared = "\(Self.within(stretch)) AND WorstDeviation >= 0"
        let traces = try await suite.number("SELECT count() FROM trace_summaries FINAL WHERE \(compared)")
        let flagged = try await suite.number(
            "SELECT count() FROM trace_summaries FINAL WHERE \(compared) AND IsAnomaly = 1"
        )
        return (Double(flagged) / Double(max(1, traces)), traces)
    }

    /// The area under the curve for each valid label of a run: the traces in its scope against those of the run before
    /// its injection.
    func check(_ run: ScenarioRun) async throws {
        let folder = run.folder + "/labels"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".json") {
            let label = try JSONDecoder().decode(
                Label.self,
                from: Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
            )
            guard label.valid, let scope = label.scope else { continue }
            let before = "parseDateTime64BestEffort('\(label.t.injected)', 9, 'UTC')"
            let sample = """
                SELECT *, TraceId IN (\(scope.sql)) AS touched FROM trace_summaries FINAL
                WHERE touched OR (Timestamp >= toDateTime64(\(run.stretch.lowerBound), 9) AND Timestamp < \(before))
                """
            let own = try await suite.value(Self.area(of: "Score", in: sample))
            let counts = try await suite.rows("SELECT countIf(touched), countIf(NOT touched) FROM (\(sample))")[0]
            let centroid = try await centroid(sample, before: before)
            print(
                "\(label.scenario): area under the curve \(own) (\(counts[0]) touched, \(counts[1]) before it);"
                    + " the plan's centroid: of all traces \(centroid[0]), of the same root operation \(centroid[1])"
            )
            #expect(own >= 0.99, "\(label.scenario): the anomaly score")
        }
    }

    /// The areas for the plan's own score: the distance to the middle of the traces before, of all and of the same root.
    private func centroid(_ sample: String, before: String) async throws -> [String] {
        let vectors = try await suite.number("SELECT count() FROM template_embeddings")
        guard vectors > 0 else { return ["unknown", "unknown"] }
        let query = """
            WITH
                vectors AS (SELECT Key, Embedding FROM template_embeddings FINAL),
                normal AS
                (
                    SELECT ServiceName, SpanName, arrayMap(value -> toFloat64(value), vectors.Embedding) AS vector
                    FROM trace_summaries FINAL
                    INNER JOIN vectors ON vectors.Key = trace_summaries.Key
                    WHERE Timestamp < \(before) AND Timestamp >= \(before) - toIntervalHour(1) AND IsAnomaly = 0
                ),
                of_root AS
                (
                    SELECT ServiceName, SpanName, avgForEach(vector) AS middle FROM normal GROUP BY ServiceName, SpanName
                ),
                (SELECT avgForEach(vector) FROM normal) AS of_all
            SELECT
                round(arrayROCAUC(groupArray(cosineDistance(vectors.Embedding, of_all)), groupArray(touched)), 3),
                round(
                    arrayROCAUC(
                        groupArray(
                            ifNotFinite(
                                -- Of a root that was never there before there is no middle: as far as can be.
                                cosineDistance(
                                    vectors.Embedding,
                                    arrayResize(of_root.middle, length(vectors.Embedding), 0.)
                                ),
                                1
                            )
                        ),
                        groupArray(touched)
                    ),
                    3
                )
            FROM (\(sample)) AS sample
            INNER JOIN vectors ON vectors.Key = sample.Key
            LEFT JOIN of_root ON of_root.ServiceName = sample.ServiceName AND of_root.SpanName = sample.SpanName
            """
        return try await suite.rows(query)[0]
    }

    private static func area(of score: String, in sample: String) -> String {
        "SELECT round(arrayROCAUC(groupArray(toFloat64(\(score))), groupArray(touched)), 4) FROM (\(sample))"
    }

    private static func within(_ stretch: ClosedRange<Int>) -> String {
        "Timestamp >= toDateTime64(\(stretch.lowerBound), 9) AND Timestamp <= toDateTime64(\(stretch.upperBound), 9)"
    }
}
