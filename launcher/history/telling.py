"""Tells a history: makes its rows in ClickHouse, on all its processors, and lets them into the telemetry together."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta, timezone

from launcher.configuration.locations import ROOT
from launcher.history.asking import Ask
from launcher.history.history import History, Incident
from launcher.history.waiting_table import WaitingTable, prepare_waiting

_FOLDER = ROOT / "clickhouse" / "history"
_CHUNK = 10_000
"""Visits an insert: about half a million spans, so that the engine has few parts to merge."""
_MOST_AT_ONCE = 4
_DROP = "DROP DATABASE IF EXISTS faultline_history"


def tell(history: History, ask: Ask) -> Iterator[tuple[int, int]]:
    """Stores a history; while its rows are made, the visits told so far and all of them.

    Nothing of it is seen before the last row is made: what fails until then leaves nothing behind.
    """
    ask(_DROP, {})
    try:
        _prepare(history, ask)
        processors = int(ask("SELECT getSetting('max_threads')", {}))
        with ThreadPoolExecutor(max(1, min(processors, _MOST_AT_ONCE))) as pool:
            yield from _make(history, ask, pool)
            _publish(history, ask, pool)
    finally:
        ask(_DROP, {})


def _make(history: History, ask: Ask, pool: ThreadPoolExecutor) -> Iterator[tuple[int, int]]:
    def make(first: int) -> int:
        until = min(first + _CHUNK, history.visits)
        for table, statement in _waiting(first):
            table.create(ask)
            part = {"table": table.name, "first": str(first), "next": str(until)}
            ask(_statement(statement), {**_parameters(history), **part})
        return until - first

    told = 0
    for visits in _results(pool, [lambda first=first: make(first) for first in _chunks(history)]):
        told += visits
        yield told, history.visits


def _publish(history: History, ask: Ask, pool: ThreadPoolExecutor) -> None:
    waiting = [table for first in _chunks(history) for table, _ in _waiting(first)]
    tasks: list[Callable[[], object]] = [lambda table=table: table.fill_views(ask) for table in waiting]
    for name in ("07_durations", "08_counts", "09_levels", "10_gauges"):
        tasks.append(lambda name=name: ask(_statement(name), _parameters(history)))
    for _ in _results(pool, tasks):
        pass
    # Last and all at once, since the engine merges what it is given, beside whatever else is still to be done.
    for table in waiting:
        table.attach(ask)


def _results(pool: ThreadPoolExecutor, tasks: Sequence[Callable[[], object]]) -> Iterator:
    """What each task returns, as they end. The first error ends it: what has not begun by then never does."""
    futures = [pool.submit(task) for task in tasks]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _chunks(history: History) -> range:
    return range(0, history.visits, _CHUNK)


def _waiting(first: int) -> list[tuple[WaitingTable, str]]:
    return [
        (WaitingTable("otel_traces", f"spans_{first}"), "04_spans"),
        (WaitingTable("otel_logs", f"logs_{first}"), "05_logs"),
    ]


def _prepare(history: History, ask: Ask) -> None:
    _run_all("01_tables", ask)
    for table in ("spans", "logs"):
        _insert(ask, f"recorded_{table}", (_FOLDER / "recorded" / f"{table}.jsonl").read_text().splitlines())
    _insert(ask, "incidents", [json.dumps(_row(each)) for each in history.incidents()])
    _insert(ask, "resources", [json.dumps(each) for each in history.resources()])
    ask(_statement("02_visits"), _parameters(history))
    _run_all("03_templates", ask)
    ask(_statement("06_minutes"), {})
    prepare_waiting(ask)


def _row(incident: Incident) -> dict[str, str]:
    return {
        "Story": incident.name,
        "Began": _sql_time(incident.began),
        "Shows": _sql_time(incident.shows),
        "Ended": _sql_time(incident.ended),
    }


def _run_all(name: str, ask: Ask) -> None:
    for statement in _statement(name).split(";\n"):
        ask(statement, {})


def _insert(ask: Ask, table: str, lines: Sequence[str]) -> None:
    if lines:
        ask(f"INSERT INTO faultline_history.{table} FORMAT JSONEachRow\n" + "\n".join(lines), {})


def _statement(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text()


def _parameters(history: History) -> dict[str, str]:
    return {
        "seed": str(history.seed),
        "count": str(history.visits),
        "from": str(_nanoseconds(history.began)),
        "until": str(_nanoseconds(history.until)),
    }


def _nanoseconds(moment: datetime) -> int:
    return (moment - datetime.fromtimestamp(0, timezone.utc)) // timedelta(microseconds=1) * 1000


def _sql_time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
