import HTTPCore
import HTTPTypes

/// `GET /`: what is here, for people, and for clients that only look whether somebody answers.
enum IndexRoute {
    private static let text = """
        query-service: the telemetry in ClickHouse, for clients of Prometheus, Jaeger, Loki and Tempo.

          /api/v1/traces, /metrics, /logs           its own API, by POST; GET /api/v1/services/stats
          /api/v1/query, /api/v1/query_range, ...   Prometheus (also at /prometheus/api/v1)
          /api/traces, /api/v3/traces, ...          Jaeger (also at /jaeger/api)
          /loki/api/v1/query_range, /labels, ...    Loki (also at /loki/loki/api/v1)
          /tempo/api/search, ...                    Tempo
          /openapi.json                             its own API, described
          /health, /ready                           this service

        docs/query-api.md has every endpoint.

        """

    /// Adds it, at the root and where data sources have their paths.
    static func add(to router: inout Router) {
        for path in ["/", "/prometheus", "/prometheus/", "/jaeger", "/jaeger/", "/loki", "/loki/"] {
            router.get(path) { _, _ in
                Response(status: .ok, headers: [.contentType: "text/plain; charset=utf-8"], body: .text(text))
            }
        }
    }
}
