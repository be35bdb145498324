import ClickHouseHTTP
import RunJournal

/// Runs the queries that prove an incident.
struct Proof: Sendable {
    let definition: IncidentDefinition
    let windows: Windows
    let clickHouse: ClickHouseClient

    /// How the indicator went before, during and after.
    func indicator() async throws -> IndicatorSeries {
        let query = IndicatorSeries.query(over: try definition.queries["indicator"])
        return IndicatorSeries(
            steps: try await clickHouse.rows(query.filled(windows.times)),
            objective: definition.facts.indicator.objective
        )
    }

    /// The first sign after the injection, the instance that it came from, and how many there were before.
    func firstEffect() async throws -> (at: Moment?, instance: String?, before: Int) {
        struct Row: Decodable {
            let first: Int64
            let instance: String
            let early: Int
        }
        let row: Row = try await clickHouse.row(
            """
            SELECT
                if(countIf(at >= {injected:DateTime64(9)}) = 0, 0,
                    minIf(toUnixTimestamp64Nano(toDateTime64(at, 9)), at >= {injected:DateTime64(9)})) AS first,
                argMinIf(instance, at, at >= {injected:DateTime64(9)}) AS instance,
                countIf(at < {injected:DateTime64(9)}) AS early
            FROM
            (
            \(try definition.queries["first_effect"])
            )
            """.filled(windows.times)
        )
        return (
            row.first == 0 ? nil : Moment(nanoseconds: row.first), row.instance.isEmpty ? nil : row.instance, row.early
        )
    }

    /// The operation that did the damage: the one that is known, or the one that the data show.
    func rootOperation() async throws -> String {
        let root = definition.facts.root
        guard let name = root.evidence else { return root.operation }
        struct Row: Decodable { let operation: String }
        let rows: [Row] = try await clickHouse.rows(try definition.queries[name].filled(windows.times))
        return rows.first?.operation ?? root.operation
    }

    /// Each edge with the number of times that it was seen.
    ///
    /// - Parameter root: The operation that did the damage, where the path begins.
    func path(from root: String) async throws -> [IncidentLabel.PathEdge] {
        struct Row: Decodable {
            let count: Int
            let lag: Double
        }
        var path: [IncidentLabel.PathEdge] = []
        let facts = definition.facts.root
        let known = IncidentLabel.Node(service: facts.service, operation: facts.operation)
        for edge in definition.facts.path {
            let query = try definition.queries[edge.evidence].filled(windows.times)
            let row: Row = try await clickHouse.row(
                "SELECT count() AS count, if(count = 0, 0, round(quantile(0.5)(lag_ms), 1)) AS lag FROM\n(\n\(query)\n)"
            )
            path.append(
                IncidentLabel.PathEdge(
                    from: edge.from == known ? .init(service: edge.from.service, operation: root) : edge.from,
                    to: edge.to,
                    effect: edge.effect,
                    lagMilliseconds: row.count == 0 ? nil : row.lag,
                    evidenceSQL: query,
                    evidenceCount: row.count
                )
            )
        }
        return path
    }

    /// The requests that were affected.
    func scope() async throws -> IncidentLabel.Scope {
        struct Row: Decodable {
            let all: Int
            let inside: Int
            let affected: Int
        }
        // The query gives every request of the kind: whether it is in the scope, and whether it failed.
        let query = try definition.queries["scope"].filled(windows.times)
        let row: Row = try await clickHouse.row(
            """
            SELECT count() AS all, countIf(in_scope) AS inside, uniqExactIf(trace_id, in_scope AND failed) AS affected
            FROM
            (
            \(query)
            )
            """
        )
        return IncidentLabel.Scope(
            predicate: definition.facts.scope,
            share: row.all == 0 ? 0 : (Double(row.inside) / Double(row.all) * 1e4).rounded() / 1e4,
            affectedTraceCount: row.affected,
            sql: "SELECT trace_id FROM\n(\n\(query)\n)\nWHERE in_scope AND failed"
        )
    }

    /// What it did to the indicator.
    func impact(_ series: IndicatorSeries) throws -> IncidentLabel.Impact {
        IncidentLabel.Impact(
            sli: definition.facts.indicator.name,
            objective: definition.facts.indicator.objective,
            before: (series.share(.before) * 1e4).rounded() / 1e4,
            during: (series.share(.during) * 1e4).rounded() / 1e4,
            countBefore: series.total(.before),
            countDuring: series.total(.during),
            effect: EffectSize(
                badBefore: series.bad(.before),
                before: series.total(.before),
                badDuring: series.bad(.during),
                during: series.total(.during)
            ),
            sql: try definition.queries["indicator"].filled(windows.times)
        )
    }

    /// The red herrings, with the figures that speak against them.
    func distractors() async throws -> [IncidentLabel.Distractor] {
        struct Row: Decodable {
            let before: Double?
            let during: Double?
        }
        var found: [IncidentLabel.Distractor] = []
        for distractor in definition.facts.distractors {
            var sql: String?
            var row = Row(before: nil, during: nil)
            if let name = distractor.evidence {
                let query = try definition.queries[name].filled(windows.times)
                sql = query
                row = try await clickHouse.row(query)
            }
            found.append(
                IncidentLabel.Distractor(
                    kind: distractor.kind,
                    whyNot: distractor.whyNot,
                    sql: sql,
                    before: row.before,
                    during: row.during
                )
            )
        }
        return found
    }
}
