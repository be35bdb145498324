import ServiceKit

extension ConfigurationKeys {
    /// What the query service's file may say, which `QUERY_CONFIG` names.
    static let query = ConfigurationKeys(
        file: "QUERY_CONFIG",
        service: "the service",
        variables: [
            "clickhouse": [
                "addresses": "CH_HOST", "database": "CH_DATABASE", "username": "CH_USER", "password": "CH_PASSWORD",
            ],
            "server": ["port": "QUERY_SERVICE_PORT", "metrics_port": "QUERY_METRICS_PORT"],
            "limits": [
                "timeout_ms": "QUERY_TIMEOUT", "concurrent_queries": "QUERY_MAX_CONCURRENT",
                "samples": "QUERY_MAX_SAMPLES", "series": "QUERY_MAX_SERIES",
                "bytes_to_read": "QUERY_MAX_BYTES_TO_READ",
            ],
        ]
    )
}
