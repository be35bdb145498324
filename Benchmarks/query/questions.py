"""Every documented question of query-service, as docs/query-api.md has them, with how long its answer may take."""

from __future__ import annotations

import json
import urllib.parse
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Callable

USUAL_MS = 500
LISTS_MS = 10
SEARCH_MS = 50
TRACE_MS = 60
MILLION_MS = 300
RARE_WORD_MS = 400
DAY = 86_400
_CHECKOUT = "http.server.request.duration"


@dataclass(frozen=True)
class Request:
    """What is sent."""

    method: str
    path: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Question:
    """One of the documented queries; every run may ask for something else of the same kind."""

    name: str
    goal_ms: int
    request: Callable[[int], Request]


@dataclass(frozen=True)
class Day:
    """What is known of the data beforehand."""

    end: int
    """Seconds since the epoch."""
    traces: list[str]
    """Ids of traces of the whole day."""

    @property
    def start(self) -> int:
        """Seconds since the epoch."""
        return self.end - DAY


def questions(day: Day) -> list[Question]:
    """All of them, by interface."""
    return [*_rest(day), *_jaeger(day), *_tempo(day), *_prometheus(day), *_loki(day)]


def _rest(day: Day) -> list[Question]:
    span = {"start_time": _rfc3339(day.start), "end_time": _rfc3339(day.end)}
    million = {"metric_name": "bench.work.million", "aggregation": "rate", **span}
    return [
        _post("rest.traces_of_service", SEARCH_MS, "/api/v1/traces", service_name="payment-service", limit=20, **span),
        _post("rest.traces_with_errors", USUAL_MS, "/api/v1/traces", status="error", limit=20, **span),
        _post(
            "rest.traces_with_attribute",
            USUAL_MS,
            "/api/v1/traces",
            service_name="inventory-service",
            attributes={"http.route": "/reserve"},
            limit=20,
            **span,
        ),
        _post("rest.traces_slow", USUAL_MS, "/api/v1/traces", min_duration_ms=500, limit=20, **span),
        _post("rest.metric_rate", USUAL_MS, "/api/v1/metrics", **million),
        _post("rest.metric_p95", USUAL_MS, "/api/v1/metrics", metric_name=_CHECKOUT, aggregation="p95", **span),
        _post(
            "rest.metric_avg",
            USUAL_MS,
            "/api/v1/metrics",
            metric_name="bench.queue.length",
            aggregation="avg",
            group_by=["job"],
            **span,
        ),
        _post("rest.logs_of_service", USUAL_MS, "/api/v1/logs", service_name="payment-service", **span),
        _post("rest.logs_severity", USUAL_MS, "/api/v1/logs", severity="ERROR", **span),
        _post("rest.logs_rare_word", RARE_WORD_MS, "/api/v1/logs", search="kingfisher", **span),
        _get("rest.service_stats", USUAL_MS, "/api/v1/services/stats", **span),
    ]


def _jaeger(day: Day) -> list[Question]:
    micros = {"start": day.start * 1_000_000, "end": day.end * 1_000_000}
    third = {"query.startTimeMin": _rfc3339(day.start), "query.startTimeMax": _rfc3339(day.end)}
    monitor = {"service": "payment-service", "endTs": day.end * 1000, "lookback": 3_600_000, "step": 60_000}
    tags = json.dumps({"http.route": "/reserve"})
    return [
        _get("jaeger.services", LISTS_MS, "/api/services"),
        _get("jaeger.operations_of_service", LISTS_MS, "/api/services/inventory-service/operations"),
        _get("jaeger.operations", LISTS_MS, "/api/operations", service="inventory-service", spanKind="server"),
        _get("jaeger.search_service", SEARCH_MS, "/api/traces", service="payment-service", limit=20, **micros),
        _get("jaeger.search_tags", USUAL_MS, "/api/traces", service="inventory-service", tags=tags, limit=20, **micros),
        _get(
            "jaeger.search_slow",
            USUAL_MS,
            "/api/traces",
            service="payment-service",
            minDuration="300ms",
            limit=20,
            **micros,
        ),
        _by_id("jaeger.trace_by_id", day, "/api/traces/{id}"),
        _get("jaeger.dependencies", USUAL_MS, "/api/dependencies", endTs=day.end * 1000, lookback=DAY * 1000),
        _get("jaeger.latencies", USUAL_MS, "/api/metrics/latencies", quantile=0.95, **monitor),
        _get("jaeger.calls", USUAL_MS, "/api/metrics/calls", groupByOperation="true", **monitor),
        _get("jaeger.errors", USUAL_MS, "/api/metrics/errors", **monitor),
        _get("jaeger.v3_services", LISTS_MS, "/api/v3/services"),
        _get("jaeger.v3_operations", LISTS_MS, "/api/v3/operations", service="inventory-service"),
        _get(
            "jaeger.v3_summaries",
            SEARCH_MS,
            "/api/v3/trace-summaries",
            **{"query.serviceName": "payment-service", "query.searchDepth": 20, **third},
        ),
        _get(
            "jaeger.v3_search",
            SEARCH_MS,
            "/api/v3/traces",
            **{"query.serviceName": "payment-service", "query.searchDepth": 20, **third},
        ),
        _by_id("jaeger.v3_trace_by_id", day, "/api/v3/traces/{id}"),
    ]


def _tempo(day: Day) -> list[Question]:
    span = {"start": day.start, "end": day.end}
    protobuf = (("Accept", "application/protobuf"),)
    api = "/tempo/api"
    return [
        _by_id("tempo.trace_by_id", day, f"{api}/v2/traces/{{id}}", protobuf),
        _get(
            "tempo.search_service",
            SEARCH_MS,
            f"{api}/search",
            q='{ resource.service.name = "payment-service" }',
            limit=20,
            **span,
        ),
        _get(
            "tempo.search_errors",
            USUAL_MS,
            f"{api}/search",
            q='{ resource.service.name = "sample-ecommerce-app" && status = error }',
            **span,
        ),
        _get("tempo.search_attribute", USUAL_MS, f"{api}/search", q='{ span.http.route = "/reserve" }', **span),
        _get(
            "tempo.search_structure",
            USUAL_MS,
            f"{api}/search",
            q='{ resource.service.name = "sample-ecommerce-app" } >> { name = "database_query" }',
            start=day.end - 3600,
            end=day.end,
        ),
        _get("tempo.search_tags", USUAL_MS, f"{api}/search", tags="http.route=/reserve", minDuration="10ms", **span),
        _get("tempo.tags", USUAL_MS, f"{api}/v2/search/tags", **span),
        _get("tempo.tag_values", USUAL_MS, f"{api}/v2/search/tag/span.http.route/values", **span),
        _get("tempo.service_values", USUAL_MS, f"{api}/v2/search/tag/resource.service.name/values", **span),
        _get(
            "tempo.metrics_range",
            USUAL_MS,
            f"{api}/metrics/query_range",
            q="{ status = error } | rate() by (resource.service.name)",
            step=300,
            **span,
        ),
        _get("tempo.metrics", USUAL_MS, f"{api}/metrics/query", q="{} | count_over_time()", **span),
    ]


def _prometheus(day: Day) -> list[Question]:
    api, end = "/api/v1", day.end
    span = {"start": day.start, "end": end}
    hour = {"start": end - 3600, "end": end, "step": 15}
    day_range = {**span, "step": 300}
    million = "sum(rate(bench_work_million_total[5m]))"
    latency = "histogram_quantile(0.95, sum by (le, job) (rate(http_server_request_duration_seconds_bucket[5m])))"
    graph = "sum by (client, server) (rate(traces_service_graph_request_total[10m]))"
    spans = "sum by (service) (rate(traces_spanmetrics_calls_total[10m]))"
    return [
        _get(
            "prometheus.query", USUAL_MS, f"{api}/query", query="sum by (job) (rate(http_requests_total[5m]))", time=end
        ),
        _get("prometheus.sum_rate_million", MILLION_MS, f"{api}/query_range", query=million, **day_range),
        _get(
            "prometheus.rate_by_hour",
            USUAL_MS,
            f"{api}/query_range",
            query="sum by (queue) (rate(bench_work_million_total[1m]))",
            **hour,
        ),
        _get(
            "prometheus.gauge_day",
            USUAL_MS,
            f"{api}/query_range",
            query="avg by (job) (bench_queue_length)",
            **day_range,
        ),
        _get("prometheus.histogram_quantile_day", USUAL_MS, f"{api}/query_range", query=latency, **day_range),
        _get("prometheus.service_graph_hour", USUAL_MS, f"{api}/query_range", query=graph, **hour),
        _get("prometheus.service_graph_day", USUAL_MS, f"{api}/query_range", query=graph, **day_range),
        _get("prometheus.span_metrics_day", USUAL_MS, f"{api}/query_range", query=spans, **day_range),
        _get("prometheus.target_info", USUAL_MS, f"{api}/query", query="target_info", time=end),
        _get("prometheus.series", USUAL_MS, f"{api}/series", **{"match[]": "http_requests_total", **span}),
        _get("prometheus.names", USUAL_MS, f"{api}/label/__name__/values", **span),
        _get("prometheus.labels", USUAL_MS, f"{api}/labels", **span),
        _get("prometheus.labels_of_metric", USUAL_MS, f"{api}/labels", **{"match[]": "http_requests_total", **span}),
        _get("prometheus.label_values", USUAL_MS, f"{api}/label/job/values", **span),
        _get("prometheus.metadata", USUAL_MS, f"{api}/metadata", limit=40_000),
        _get(
            "prometheus.exemplars",
            USUAL_MS,
            f"{api}/query_exemplars",
            query="http_server_request_duration_seconds_bucket",
            start=end - 3600,
            end=end,
        ),
    ]


def _loki(day: Day) -> list[Question]:
    api = "/loki/api/v1"
    span = {"start": day.start * 1_000_000_000, "end": day.end * 1_000_000_000}
    hour = {**span, "start": (day.end - 3600) * 1_000_000_000}
    grafana = (("X-Loki-Response-Encoding-Flags", "categorize-labels"),)
    selector = '{service_name="payment-service"}'
    by_level = f"sum by (level, detected_level) (count_over_time({selector} | drop __error__[5m]))"
    lines = {"limit": 1000, "direction": "backward"}
    return [
        _get("loki.lines", USUAL_MS, f"{api}/query_range", grafana, query=selector, **lines, **span),
        _get(
            "loki.rare_word",
            RARE_WORD_MS,
            f"{api}/query_range",
            grafana,
            query='{service_name=~".+"} |= "kingfisher"',
            **lines,
            **span,
        ),
        _get(
            "loki.parsed_hour",
            USUAL_MS,
            f"{api}/query_range",
            grafana,
            query=f'{selector} | logfmt | status = "500"',
            limit=100,
            **hour,
        ),
        _get("loki.volume_by_level", USUAL_MS, f"{api}/query_range", query=by_level, step=300, **span),
        _get(
            "loki.rate",
            USUAL_MS,
            f"{api}/query",
            query='sum by (service_name, detected_level) (rate({service_name=~".+"}[5m]))',
            time=day.end * 1_000_000_000,
        ),
        _get("loki.labels", USUAL_MS, f"{api}/labels", **span),
        _get("loki.label_values", USUAL_MS, f"{api}/label/service_name/values", **span),
        _get("loki.series", USUAL_MS, f"{api}/series", **{"match[]": selector, **span}),
        _get("loki.index_stats", USUAL_MS, f"{api}/index/stats", query=selector, **span),
        _get("loki.index_volume", USUAL_MS, f"{api}/index/volume", query='{service_name=~".+"}', **span),
        _get(
            "loki.index_volume_range",
            USUAL_MS,
            f"{api}/index/volume_range",
            query='{service_name=~".+"}',
            step=300,
            **span,
        ),
        _get("loki.detected_labels", USUAL_MS, f"{api}/detected_labels", query=selector, **span),
        _get("loki.detected_fields", USUAL_MS, f"{api}/detected_fields", query=selector, line_limit=1000, **span),
        _get("loki.patterns", USUAL_MS, f"{api}/patterns", query=selector, **span),
    ]


def _get(name: str, goal: int, path: str, headers: tuple[tuple[str, str], ...] = (), **parameters: object) -> Question:
    query = urllib.parse.urlencode(parameters)
    request = Request("GET", f"{path}?{query}" if query else path, headers=headers)
    return Question(name, goal, lambda _: request)


def _post(name: str, goal: int, path: str, **members: object) -> Question:
    body = json.dumps(members).encode()
    request = Request("POST", path, body, (("Content-Type", "application/json"),))
    return Question(name, goal, lambda _: request)


def _by_id(name: str, day: Day, template: str, headers: tuple[tuple[str, str], ...] = ()) -> Question:
    def request(number: int) -> Request:
        return Request("GET", template.format(id=day.traces[number % len(day.traces)]), headers=headers)

    return Question(name, TRACE_MS, request)


def _rfc3339(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
