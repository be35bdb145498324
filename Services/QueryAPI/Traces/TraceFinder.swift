import ClickHouseHTTP

/// What is known of services, their operations and their calls without reading spans.
struct TraceFinder: Sendable {
    /// An operation of a service.
    struct Operation: Hashable, Sendable {
        let name: String
        /// `server`; `nil` where the span had no kind.
        let kind: String?
    }

    /// So many calls went from one service to another.
    struct Dependency: Sendable {
        let parent: String
        let child: String
        let calls: UInt64
    }

    let database: TelemetryDatabase

    /// The services that sent spans in the last 30 days, which is as long as spans are kept.
    func services() async throws -> [String] {
        var rows = try await database.rows(
            """
            SELECT ServiceName FROM otel_traces_rollup_1h
            WHERE Time >= now() - INTERVAL 31 DAY AND ServiceName != ''
            GROUP BY ServiceName ORDER BY ServiceName
            """
        )
        var services: [String] = []
        while !rows.isAtEnd { services.append(try rows.text()) }
        return services
    }

    /// The operations of a service, by name.
    func operations(of service: String) async throws -> [Operation] {
        var rows = try await database.rows(
            """
            SELECT SpanName, SpanKind FROM otel_traces_rollup_1h
            WHERE ServiceName = {service:String} AND Time >= now() - INTERVAL 31 DAY
            GROUP BY SpanName, SpanKind ORDER BY SpanName, SpanKind
            """,
            ["service": ClickHouseParameter(service)]
        )
        var operations: [Operation] = []
        while !rows.isAtEnd {
            let name = try rows.text()
            let operation = Operation(name: name, kind: StoredSpan.word(of: try rows.text()))
            if operations.last != operation { operations.append(operation) }
        }
        return operations
    }

    /// Who called whom in a span of time, once a pair.
    func dependencies(in span: TimeSpan) async throws -> [Dependency] {
        guard !span.isEmpty else { return [] }
        let select: SQL = "SELECT caller, server, count() FROM"
        var rows = try await database.rows(
            select + ServiceCallSQL.calls + "GROUP BY caller, server ORDER BY caller, server",
            span.parameters
        )
        var dependencies: [Dependency] = []
        while !rows.isAtEnd {
            dependencies.append(
                Dependency(parent: try rows.text(), child: try rows.text(), calls: try rows.number(UInt64.self))
            )
        }
        return dependencies
    }
}
