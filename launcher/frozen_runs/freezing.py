"""What a run left in ClickHouse and in its folder, as a bundle."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from launcher.clickhouse_client import clickhouse_answer
from launcher.configuration.settings import Settings
from launcher.errors import UserError
from launcher.frozen_runs.bundle import Bundle, seal_ground
from launcher.frozen_runs.moments import read_moment, sql_moment
from launcher.frozen_runs.sealing import seal

# Before it the load had not begun; after it come the rows that were on their way.
_LEAD = timedelta(seconds=1)
_TAIL = timedelta(seconds=15)
# A collector may keep rows for some seconds, and traces are summarized some 20 s after they began.
SETTLES_AFTER = timedelta(seconds=45)

_TIMES = {
    "otel_traces": "Timestamp",
    "otel_logs": "Timestamp",
    "hyperdx_sessions": "Timestamp",
    "otel_metrics_gauge": "TimeUnix",
    "otel_metrics_sum": "TimeUnix",
    "otel_metrics_histogram": "TimeUnix",
    "otel_metrics_exp_histogram": "TimeUnix",
    "otel_metrics_summary": "TimeUnix",
}
"""The tables that senders fill, with their column of time; what views make of them is made again."""

# One thread, so that the same rows become the same bytes.
_SAME_BYTES = (
    " SETTINGS max_threads = 1, output_format_parquet_parallel_encoding = 0,"
    " output_format_parquet_compression_method = 'zstd'"
)


def freeze(settings: Settings, journal: Path, key: bytes) -> Bundle:
    """Packs a labelled run. Raises ``UserError``."""
    begin, end = _stretch(journal)
    tables: dict[str, bytes] = {}
    counts: dict[str, int] = {}
    for table, query in _queries(settings, sql_moment(begin), sql_moment(end)).items():
        count = int(_text(settings, f"SELECT count() FROM ({query})"))
        if count:
            tables[table] = _content(settings, f"{query}{_SAME_BYTES}")
            counts[table] = count
    if "otel_traces" not in tables:
        times = f"{begin:%Y-%m-%d %H:%M} to {end:%H:%M}"
        raise UserError(f"ClickHouse has no traces of {times}: is it the suite of this run?")
    questions = (journal / "questions.json").read_bytes()
    opened = Bundle(sql_moment(begin), sql_moment(end), questions, tables, counts, b"")
    sealed = seal(_labels(journal), key, seal_ground(opened.open_parts))
    return Bundle(opened.begin, opened.end, questions, tables, counts, sealed)


def settled_at(journal: Path) -> datetime:
    """When all that belongs to a run has arrived. Raises ``UserError`` for a run that has not ended."""
    return _stretch(journal)[1] - _TAIL + SETTLES_AFTER


def _stretch(journal: Path) -> tuple[datetime, datetime]:
    try:
        record = json.loads((journal / "run.json").read_text())
        return read_moment(record["started_at"]) - _LEAD, read_moment(record["ended_at"]) + _TAIL
    except KeyError:
        raise UserError(
            "the load is not done: it can be frozen when ./demo status says that it is", exit_status=3
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise UserError(f"{journal / 'run.json'} cannot be read: {error}") from None


def _queries(settings: Settings, begin: str, end: str) -> dict[str, str]:
    def rows(table: str, time: str, final: str = "") -> str:
        # Rows of one moment have an order too.
        return f"SELECT * FROM {table}{final} WHERE {time} >= {begin} AND {time} < {end} ORDER BY {time}, cityHash64(*)"

    queries = {table: rows(table, time) for table, time in _TIMES.items()}
    there = set(_text(settings, "SHOW TABLES").split())
    if {"trace_summaries", "template_embeddings"} <= there:
        queries["trace_summaries"] = rows("trace_summaries", "Timestamp", " FINAL")
        queries["template_embeddings"] = (
            "SELECT Key, Model, Dimension, Embedding FROM template_embeddings FINAL WHERE Key IN"
            " (SELECT log_template_key(ServiceName, SeverityText, Body, LogAttributes) FROM otel_logs"
            f" WHERE Timestamp >= {begin} AND Timestamp < {end} AND log_is_warning(SeverityNumber, SeverityText))"
            f" OR Key IN (SELECT Key FROM trace_summaries WHERE Timestamp >= {begin} AND Timestamp < {end})"
            " ORDER BY Model, Key"
        )
    return {table: query for table, query in queries.items() if table in there}


def _labels(journal: Path) -> bytes:
    """What proves and scores: labels, injections and the record of the run, one text for the same files."""
    files = [journal / name for name in ("run.json", "injections.jsonl", "changes.jsonl")]
    files += [*sorted((journal / "labels").glob("*.json"))]
    texts = {str(file.relative_to(journal)): file.read_text() for file in files if file.exists()}
    if not any(name.startswith("labels/") for name in texts):
        raise UserError(f"{journal} has no labels yet: ./demo rca ask makes them")
    return json.dumps(texts, sort_keys=True).encode()


def _text(settings: Settings, query: str) -> str:
    with clickhouse_answer(settings, query, "TabSeparated") as answer:
        return answer.text()


def _content(settings: Settings, query: str) -> bytes:
    with clickhouse_answer(settings, query, "Parquet") as answer:
        return answer.content()
