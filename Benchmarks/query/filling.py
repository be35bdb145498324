"""A day of all signals: the history of Benchmarks/storage, filled up to the wanted numbers of logs and points."""

from __future__ import annotations

import os
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
sys.path[:0] = [str(FOLDER.parent / "storage"), str(FOLDER.parents[1])]

import storage  # noqa: E402

LOGS = int(os.environ.get("QUERY_LOGS") or storage.SPANS * 4 // 10)
POINTS = int(os.environ.get("QUERY_POINTS") or storage.SPANS // 2)
POINTS_PER_SERIES = 5760
"""A day of them, every 15 seconds."""
MILLION = -(-1_000_000 // POINTS_PER_SERIES)
"""Series with a million samples together."""
LOGS_AT_ONCE = 250_000
SERIES_AT_ONCE = 40
TABLES = {"spans": "otel_traces", "logs": "otel_logs"}
POINTS_SQL = (
    "SELECT sum(total_rows) FROM system.tables WHERE database = 'o11y' AND name LIKE 'otel_metrics_%'"
    " AND name NOT LIKE '%rollup%'"
)


def fill(server: storage.Server) -> None:
    """Makes what is missing; a folder that was filled before is left as it is."""
    if count(server, "spans") == 0:
        storage.load_history(server)
    until = str(moment(server))
    if _add_logs(server, until) | _add_points(server, until):
        print(f"{counts(server)}: merging", file=sys.stderr)
        names = "name LIKE 'otel_logs%' OR name LIKE 'otel_metrics%' OR name = 'metric_series'"
        tables = f"SELECT name FROM system.tables WHERE database = 'o11y' AND engine LIKE '%MergeTree' AND ({names})"
        for table in server.ask(tables).split():
            server.ask(f"OPTIMIZE TABLE {table} FINAL")


def _add_logs(server: storage.Server, until: str) -> bool:
    logs = max(0, LOGS - count(server, "logs"))
    for first in range(0, logs, LOGS_AT_ONCE):
        part = {"first": str(first), "count": str(min(LOGS_AT_ONCE, logs - first)), "rows": str(logs), "until": until}
        server.ask((FOLDER / "logs.sql").read_text(), part)
    return logs > 0


def _add_points(server: storage.Server, until: str) -> bool:
    series = (POINTS - points(server)) // POINTS_PER_SERIES
    if series < 4:
        return False
    million = min(MILLION, series // 2)
    histograms, gauges = series // 6, series // 6
    made = [
        ("counters", "bench.work.million", million),
        ("histograms", "", histograms),
        ("gauges", "", gauges),
        ("counters", "bench.work.more", series - million - histograms - gauges),
    ]
    for file, metric, wanted in made:
        for first in range(0, wanted, SERIES_AT_ONCE):
            part = {"first": str(first), "count": str(min(SERIES_AT_ONCE, wanted - first)), "until": until}
            server.ask((FOLDER / f"{file}.sql").read_text(), {**part, **({"metric": metric} if metric else {})})
    return True


def moment(server: storage.Server) -> int:
    """When the day ended, in nanoseconds since the epoch: after the last span."""
    return int(server.ask("SELECT toUnixTimestamp64Nano(max(Timestamp)) FROM otel_traces"))


def count(server: storage.Server, signal: str) -> int:
    """Rows of a signal."""
    return int(server.ask(f"SELECT count() FROM {TABLES[signal]}"))


def points(server: storage.Server) -> int:
    """Points of all metrics."""
    return int(server.ask(POINTS_SQL))


def counts(server: storage.Server) -> str:
    """All of them, for people."""
    return f"{count(server, 'spans')} spans, {count(server, 'logs')} logs, {points(server)} points over 24 h"
