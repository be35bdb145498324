import ServiceKit

/// Answers the questions of clients of Prometheus, Jaeger and Loki, and of its own, from the OpenTelemetry tables in ClickHouse.
@main
struct QueryServiceMain {
    static func main() async {
        await ServiceProcess.run(
            "query-service",
            port: ("QUERY_SERVICE_PORT", 8081),
            metrics: QueryService.metrics + StorageFigures.metrics,
            settings: QueryService.settings,
            assemble: QueryService.assemble
        )
    }
}
