import ServiceKit

extension ConfigurationKeys {
    /// What the collector's file may say, which `COLLECTOR_CONFIG` names.
    static let collector = ConfigurationKeys(
        file: "COLLECTOR_CONFIG",
        service: "the collector",
        variables: [
            "clickhouse": [
                "addresses": "CH_HOST", "database": "CH_DATABASE", "username": "CH_USER", "password": "CH_PASSWORD",
            ],
            "otlp": ["grpc_port": "OTLP_GRPC_PORT", "http_port": "COLLECTOR_HTTP_PORT"],
            "performance": [
                "batch_size": "COLLECTOR_BATCH_ROWS", "batch_timeout": "COLLECTOR_BATCH_INTERVAL",
                "worker_count": "COLLECTOR_WORKERS",
            ],
            "server": ["metrics_port": "COLLECTOR_METRICS_PORT", "health_port": "COLLECTOR_HEALTH_PORT"],
        ],
        times: ["COLLECTOR_BATCH_INTERVAL"]
    )
}
