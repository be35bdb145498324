"""The Service Map as a value: asked of ClickHouse with HyperDX's own logic.

A node is a service with server spans; an edge joins a server span to the client span that is its
immediate parent. Errors and latencies are those of the server span.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from launcher.clickhouse_client import clickhouse_answer
from launcher.configuration.settings import Settings
from launcher.errors import UserError

# The client's window is a little wider: a call that began just before the window still has its caller.
_QUERY = """
WITH
    servers AS (
        SELECT TraceId, ParentSpanId, ServiceName, StatusCode, Duration
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond({since:UInt32})
          AND SpanKind IN ('Server', 'Consumer', 'SPAN_KIND_SERVER', 'SPAN_KIND_CONSUMER')
    ),
    clients AS (
        SELECT TraceId, SpanId, ServiceName
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond({since:UInt32} + 60)
          AND SpanKind IN ('Client', 'Producer', 'SPAN_KIND_CLIENT', 'SPAN_KIND_PRODUCER')
    )
SELECT
    grouping(clients.ServiceName) AS is_node,
    clients.ServiceName AS source,
    servers.ServiceName AS target,
    toFloat64(count()) AS calls,
    toFloat64(countIf(servers.StatusCode IN ('Error', 'STATUS_CODE_ERROR'))) AS errors,
    arrayMap(nanoseconds -> nanoseconds / 1e6, quantiles(0.5, 0.95, 0.99)(servers.Duration)) AS milliseconds
FROM servers
LEFT JOIN clients ON servers.TraceId = clients.TraceId AND servers.ParentSpanId = clients.SpanId
WHERE servers.ServiceName != clients.ServiceName
GROUP BY GROUPING SETS ((source, target), (target))
ORDER BY is_node DESC, calls DESC, source, target
"""


@dataclass(frozen=True)
class Calls:
    """Server spans, counted and measured."""

    calls: int
    errors: int
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def error_percent(self) -> float:
        """Errors for each hundred calls."""
        return 100 * self.errors / self.calls if self.calls else 0.0

    def as_json(self) -> dict[str, Any]:
        """As ``map --json`` prints it."""
        return {
            "calls": self.calls,
            "errors": self.errors,
            "error_percent": round(self.error_percent, 3),
            "p50_ms": round(self.p50_ms, 3),
            "p95_ms": round(self.p95_ms, 3),
            "p99_ms": round(self.p99_ms, 3),
        }


@dataclass(frozen=True)
class ServiceMap:
    """Services and who calls whom."""

    nodes: Mapping[str, Calls]
    """What each service answered, by name; no calls for one that only calls others."""
    edges: Mapping[tuple[str, str], Calls]
    """What each pair of caller and called exchanged."""

    def as_json(self) -> dict[str, Any]:
        """As ``map --json`` prints it."""
        return {
            "nodes": [{"name": name, **calls.as_json()} for name, calls in self.nodes.items()],
            "edges": [
                {"source": source, "target": target, **calls.as_json()}
                for (source, target), calls in self.edges.items()
            ],
        }


def query_service_map(settings: Settings, since_seconds: int) -> ServiceMap:
    """The map of the last ``since_seconds``. Raises ``UserError`` when ClickHouse does not answer."""
    with clickhouse_answer(settings, _QUERY, "JSONEachRow", {"since": str(since_seconds)}) as answer:
        text = answer.text()
    try:
        return from_rows([json.loads(line) for line in text.splitlines()])
    except (ValueError, KeyError, TypeError):
        port = settings.ports["CLICKHOUSE_HTTP_PORT"]
        raise UserError(f"what answers on 127.0.0.1:{port} is not ClickHouse: it said {text[:80]!r}") from None


def from_rows(rows: Sequence[Mapping[str, Any]]) -> ServiceMap:
    """The map that the query's rows describe."""
    nodes: dict[str, Calls] = {}
    edges: dict[tuple[str, str], Calls] = {}
    for row in rows:
        p50, p95, p99 = row["milliseconds"]
        calls = Calls(int(row["calls"]), int(row["errors"]), p50, p95, p99)
        if int(row["is_node"]):
            nodes[row["target"]] = calls
        elif row["source"]:
            edges[row["source"], row["target"]] = calls
    for source, _ in edges:
        nodes.setdefault(source, Calls(0, 0, 0.0, 0.0, 0.0))
    return ServiceMap(nodes, edges)
