"""``./demo history``: hours of telemetry in seconds, so that charts over a day are not empty."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timezone

from launcher.clickhouse_client import clickhouse_answer
from launcher.configuration.run_folder import RunFolder
from launcher.errors import UserError
from launcher.history.history import History
from launcher.history.telling import tell
from launcher.supervision.suite_up import settings_of_suite_up
from launcher.terminal.progress import Progress


def run(arguments: argparse.Namespace) -> int:
    """Makes the history, stores it and writes down what was made."""
    folder = RunFolder(arguments.data)
    settings = settings_of_suite_up(folder)

    def ask(statement: str, parameters: Mapping[str, str]) -> str:
        with clickhouse_answer(settings, statement, "TabSeparated", parameters) as answer:
            return answer.text()

    history = History(seed=arguments.seed, until=datetime.now(timezone.utc), hours=arguments.hours, rate=arguments.rate)
    if history.is_told(ask):
        raise UserError(
            f"the history of seed {history.seed} is stored already, and its ids are taken: --seed N makes another",
            exit_status=2,
        )
    progress = Progress(sys.stdout)
    before = _counts(ask)
    began = time.monotonic()
    for told, visits in tell(history, ask):
        progress.line(f"  {told:,} of {visits:,} visits")
    seconds = time.monotonic() - began
    spans, logs, points = (after - then for after, then in zip(_counts(ask), before))
    record = history.write_down(folder.truth)
    progress.line(
        f"  {spans:,} spans, {logs:,} log records and {points:,} data points in {seconds:.1f} s"
        f" ({spans / seconds:,.0f} spans/s)"
    )
    for incident in history.incidents():
        progress.line(f"  {incident.began:%d %b %H:%M} to {incident.ended:%H:%M}  {incident.name}")
    progress.line(f"  {record} says that all of it was made")
    return 0


def _counts(ask) -> tuple[int, int, int]:
    tables = ("otel_traces", "otel_logs")
    metrics = ("otel_metrics_gauge", "otel_metrics_sum", "otel_metrics_histogram")
    spans, logs = (int(ask(f"SELECT count() FROM {table}", {})) for table in tables)
    return spans, logs, sum(int(ask(f"SELECT count() FROM {table}", {})) for table in metrics)
