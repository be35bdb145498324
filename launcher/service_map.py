"""The Service Map as a value, by the queries in clickhouse/queries, which have HyperDX's own logic.

A node is a service with server spans; an edge joins a server span to the client span that is its
immediate parent. Errors and latencies are those of the server span.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from launcher.clickhouse_client import clickhouse_answer
from launcher.configuration.locations import ROOT
from launcher.configuration.settings import Settings
from launcher.errors import UserError

_QUERIES = ROOT / "clickhouse" / "queries"


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
    nodes = _rows(settings, "service_map_nodes.sql", since_seconds)
    edges = _rows(settings, "hyperdx_service_map.sql", since_seconds)
    try:
        return from_rows(nodes, edges)
    except (KeyError, TypeError, ValueError):
        raise _no_clickhouse(settings, str((nodes + edges)[:1])) from None


def from_rows(nodes: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]]) -> ServiceMap:
    """The map that the rows of the two queries describe."""
    service_map = ServiceMap(
        {row["service"]: _calls(row) for row in nodes},
        {(row["source_service"], row["target_service"]): _calls(row) for row in edges},
    )
    # Who calls only what is not traced is on nobody's way.
    drawn = {
        name: calls
        for name, calls in service_map.nodes.items()
        if calls.calls or any(name in edge for edge in service_map.edges)
    }
    # A span may be stored between the two queries: then an edge knows more than the nodes.
    named = {name: Calls(0, 0, 0.0, 0.0, 0.0) for edge in service_map.edges for name in edge}
    return ServiceMap({**named, **drawn}, service_map.edges)


def _calls(row: Mapping[str, Any]) -> Calls:
    return Calls(
        int(row["calls"]), int(row["errors"]), float(row["p50_ms"]), float(row["p95_ms"]), float(row["p99_ms"])
    )


def _rows(settings: Settings, query: str, since_seconds: int) -> list[Mapping[str, Any]]:
    text = (_QUERIES / query).read_text()
    with clickhouse_answer(settings, text, "JSONEachRow", {"since": str(since_seconds)}) as answer:
        said = answer.text()
    try:
        return [json.loads(line) for line in said.splitlines()]
    except ValueError:
        raise _no_clickhouse(settings, said) from None


def _no_clickhouse(settings: Settings, said: str) -> UserError:
    port = settings.ports["CLICKHOUSE_HTTP_PORT"]
    return UserError(f"what answers on 127.0.0.1:{port} is not ClickHouse: it said {said[:80]!r}")
