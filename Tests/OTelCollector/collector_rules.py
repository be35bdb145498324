"""What a collector configuration of today must and must not say.

The rules are those of the Collector's and the ClickHouse exporter's documentation around release
0.163: what is deprecated there fails the start in a later release, and what is missing loses data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Configuration = Mapping[str, Any]

_DEPRECATED_TYPES = {
    "processors": {
        "batch": "use sending_queue.batch of the exporter: the processor leaves the distribution in 0.166",
        "resourcedetection": "it is called resource_detection",
    },
    "exporters": {
        "logging": "it is called debug",
        "otlphttp": "it is called otlp_http",
        "otlp": "it is called otlp_grpc",
        "prometheusremotewrite": "it is called prometheus_remote_write",
    },
    "connectors": {"spanmetrics": "it is called span_metrics", "servicegraph": "it is called service_graph"},
    "extensions": {"memory_ballast": "it is removed: use GOMEMLIMIT and memory_limiter"},
}
_DEPRECATED_CLICKHOUSE_KEYS = {
    "dsn": "use endpoint",
    "ttl_days": "use ttl, or own the tables",
    "metrics_table_name": "use metrics_tables",
}


def problems(configuration: Configuration) -> list[str]:
    """Everything that is wrong, one sentence each."""
    return [
        *_deprecated(configuration),
        *_exporters(configuration),
        *_pipelines(configuration),
        *_receivers(configuration),
        *_telemetry(configuration),
        *_listeners(configuration),
    ]


def _components(configuration: Configuration, section: str) -> Mapping[str, Any]:
    return configuration.get(section) or {}


def _type(name: str) -> str:
    return name.partition("/")[0]


def _deprecated(configuration: Configuration) -> Iterator[str]:
    for section, types in _DEPRECATED_TYPES.items():
        for name in _components(configuration, section):
            if _type(name) in types:
                yield f"{section}.{name} is deprecated: {types[_type(name)]}"


def _exporters(configuration: Configuration) -> Iterator[str]:
    storages = set(configuration["service"].get("extensions", []))
    for name, exporter in _components(configuration, "exporters").items():
        if _type(name) != "clickhouse":
            continue
        for key, advice in _DEPRECATED_CLICKHOUSE_KEYS.items():
            if key in exporter:
                yield f"{name}.{key} is deprecated: {advice}"
        if exporter.get("create_schema") is not False:
            yield f"{name}.create_schema must be false: the tables are ours"
        queue = exporter.get("sending_queue") or {}
        if queue.get("enabled") is not True:
            yield f"{name} has no sending_queue: a slow ClickHouse would lose data"
        if not queue.get("storage"):
            yield f"{name}.sending_queue has no storage: a restart would lose what is queued"
        elif queue["storage"] not in storages:
            yield f"{name}.sending_queue.storage {queue['storage']} is not among service.extensions"
        if queue.get("block_on_overflow") is not True:
            yield f"{name}.sending_queue.block_on_overflow must be true: a full queue would drop data"
        if not queue.get("batch"):
            yield f"{name}.sending_queue has no batch: small inserts make too many parts"
        retry = exporter.get("retry_on_failure") or {}
        if retry.get("enabled") is not True or str(retry.get("max_elapsed_time")) not in ("0", "0s"):
            yield f"{name}.retry_on_failure must be enabled with max_elapsed_time 0s: after it data is dropped"


def _pipelines(configuration: Configuration) -> Iterator[str]:
    declared = {
        section: set(_components(configuration, section))
        for section in ("receivers", "processors", "exporters", "connectors")
    }
    used: set[str] = set()
    for name, pipeline in configuration["service"]["pipelines"].items():
        receivers = pipeline.get("receivers", [])
        processors = pipeline.get("processors", [])
        exporters = pipeline.get("exporters", [])
        used.update(receivers, processors, exporters)
        for each in receivers:
            if each not in declared["receivers"] | declared["connectors"]:
                yield f"{name}: receiver {each} is not declared"
        for each in exporters:
            if each not in declared["exporters"] | declared["connectors"]:
                yield f"{name}: exporter {each} is not declared"
        for each in processors:
            if each not in declared["processors"]:
                yield f"{name}: processor {each} is not declared"
        takes_from_outside = any(each in declared["receivers"] for each in receivers)
        if takes_from_outside and (not processors or _type(processors[0]) != "memory_limiter"):
            yield f"{name}: memory_limiter must be its first processor"
    for section, names in declared.items():
        for each in sorted(names - used):
            yield f"{section}.{each} is in no pipeline"
    for each in configuration["service"].get("extensions", []):
        if each not in _components(configuration, "extensions"):
            yield f"service.extensions: {each} is not declared"


def _receivers(configuration: Configuration) -> Iterator[str]:
    for name, receiver in _components(configuration, "receivers").items():
        if _type(name) != "otlp":
            continue
        protocols = receiver.get("protocols") or {}
        for protocol in ("grpc", "http"):
            if protocol not in protocols:
                yield f"{name} does not take OTLP over {protocol}"
        origins = ((protocols.get("http") or {}).get("cors") or {}).get("allowed_origins", [])
        if "*" in origins:
            yield f"{name}: CORS for * together with credentials lets every web page send here"


def _telemetry(configuration: Configuration) -> Iterator[str]:
    metrics = (configuration["service"].get("telemetry") or {}).get("metrics") or {}
    if "address" in metrics:
        yield "service.telemetry.metrics.address is ignored since 0.123: use readers"
    if 8888 not in [each.get("port") for each in _own_metrics(configuration)]:
        yield "the collector's own metrics are not on :8888"


def _own_metrics(configuration: Configuration) -> Iterator[Mapping[str, Any]]:
    metrics = (configuration["service"].get("telemetry") or {}).get("metrics") or {}
    for reader in metrics.get("readers", []):
        exporter = (reader.get("pull") or {}).get("exporter") or {}
        if "prometheus" in exporter:
            yield exporter["prometheus"]


def _listeners(configuration: Configuration) -> Iterator[str]:
    # Go takes an empty host for every address of both families, and of IPv4 alone where there is no IPv6.
    hosts = [("the collector's own metrics", each.get("host")) for each in _own_metrics(configuration)]
    for section in ("receivers", "extensions"):
        for name, component in _components(configuration, section).items():
            places = {name: component, **((component or {}).get("protocols") or {})}
            for place, settings in places.items():
                if "endpoint" in (settings or {}):
                    hosts.append((f"{section}.{place}", settings["endpoint"].rpartition(":")[0]))
    for place, host in hosts:
        if host != "":
            yield f"{place}: the host {host!r} is one family's: leave it empty"
