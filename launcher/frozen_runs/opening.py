"""A bundle back into ClickHouse and into a folder, as if the run had been here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

from launcher.clickhouse_client import clickhouse_answer
from launcher.configuration.settings import Settings
from launcher.errors import UserError
from launcher.frozen_runs.bundle import Bundle, seal_ground
from launcher.frozen_runs.moments import moved
from launcher.frozen_runs.sealing import unseal

_STAGING = "faultline_frozen"
_KEPT_DAYS = 30
# Steps of five minutes stay where they are in their hour.
_STEP = timedelta(minutes=5)
_SEALED = "labels.sealed"
_OPENED = "opened.json"
# Made by embedding-pipeline, and without it only kept: an engine may lack them.
_OPTIONAL = ("trace_summaries", "template_embeddings")


def seconds_to_now(bundle: Bundle) -> int:
    """By how much a bundle has to move so that it ends within the last five minutes."""
    steps = (datetime.now(timezone.utc) - _instant(bundle.end)) // _STEP
    return int(steps * _STEP.total_seconds())


def open_bundle(settings: Settings, bundle: Bundle, truth: Path, *, seconds: int = 0) -> Path:
    """Stores the telemetry, moved by ``seconds``, and makes the folder of its run. Raises ``UserError``.

    Nothing is stored when anything is wrong.
    """
    folder = truth / bundle.name
    if too_old(bundle, seconds):
        raise UserError(
            f"its telemetry is of {_instant(bundle.begin):%Y-%m-%d}, and ClickHouse drops rows after {_KEPT_DAYS} days:"
            " --replay moves its times to now",
            exit_status=2,
        )
    with _staging(settings):
        for table in bundle.tables:
            _stage(settings, bundle, table)
        again = int(
            _ask(
                settings,
                "SELECT count() FROM otel_traces WHERE TraceId IN"
                f" (SELECT TraceId FROM {_STAGING}.otel_traces ORDER BY Timestamp LIMIT 5)",
            )
        )
        if again:
            raise UserError(
                "this run's traces are here already, and would be counted twice: open it in another suite,"
                " ./demo up --no-load --detach --data DIR with ports of its own",
                exit_status=2,
            )
        for table in bundle.tables:
            _move(settings, table, seconds)
    _write(folder, bundle, seconds)
    return folder


def unseal_labels(folder: Path, key: bytes) -> None:
    """Puts the labels of an opened run into its folder, moved as its telemetry was. Raises ``UserError``."""
    opened = json.loads((folder / _OPENED).read_text())
    texts = json.loads(unseal((folder / _SEALED).read_bytes(), key, bytes.fromhex(opened["beside"])))
    (folder / "labels").mkdir(exist_ok=True)
    for name, text in texts.items():
        later = moved(text, opened["seconds"])
        if name.startswith("labels/"):
            (folder / "labels" / Path(name).name).write_text(later)
        elif name in ("run.json", "injections.jsonl", "changes.jsonl"):
            (folder / name).write_text(later)


def is_sealed(folder: Path) -> bool:
    """Whether a run was opened from a bundle and its labels were not unsealed."""
    return (folder / _SEALED).exists() and not (folder / "labels").exists()


def _write(folder: Path, bundle: Bundle, seconds: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "questions.json").write_text(moved(bundle.questions.decode(), seconds))
    (folder / _SEALED).write_bytes(bundle.sealed)
    (folder / _OPENED).write_text(
        json.dumps({"seconds": seconds, "beside": seal_ground(bundle.open_parts).hex()}, indent=2) + "\n"
    )
    # Whose record it is stays sealed: a scenario's name would be the answer.
    begin, end = (_rfc3339(_instant(moment) + timedelta(seconds=seconds)) for moment in (bundle.begin, bundle.end))
    record = {
        "run_id": folder.name,
        "seed": 0,
        "scenario": None,
        "arrivals": None,
        "target": None,
        "started_at": begin,
        "ended_at": end,
    }
    (folder / "run.json").write_text(json.dumps(record, indent=2) + "\n")


def _stage(settings: Settings, bundle: Bundle, table: str) -> None:
    if table in _OPTIONAL and not int(_ask(settings, f"EXISTS TABLE {table}")):
        return
    _ask(settings, f"CREATE TABLE {_STAGING}.{table} AS {table} ENGINE = MergeTree ORDER BY tuple()")
    with clickhouse_answer(
        settings, f"INSERT INTO {_STAGING}.{table} FORMAT Parquet", "TabSeparated", rows=bundle.tables[table]
    ) as answer:
        answer.content()
    stored = int(_ask(settings, f"SELECT count() FROM {_STAGING}.{table}"))
    if stored != bundle.counts[table]:
        raise UserError(f"{table}: {stored} rows came out of the bundle, and it says {bundle.counts[table]}")


def _move(settings: Settings, table: str, seconds: int) -> None:
    if not int(_ask(settings, f"EXISTS TABLE {_STAGING}.{table}")):
        return
    columns = [
        line.split("\t")
        for line in _ask(
            settings,
            "SELECT name, type FROM system.columns WHERE table = {table:String} AND database = {staging:String}"
            " AND default_kind NOT IN ('ALIAS', 'MATERIALIZED', 'EPHEMERAL') ORDER BY position",
            table=table,
            staging=_STAGING,
        ).splitlines()
    ]
    names = ", ".join(f"`{name}`" for name, _ in columns)
    values = ", ".join(_later(f"`{name}`", kind, seconds) for name, kind in columns)
    _ask(settings, f"INSERT INTO {table} ({names}) SELECT {values} FROM {_STAGING}.{table}")


def _later(column: str, kind: str, seconds: int) -> str:
    if not seconds:
        return column
    if kind.startswith("DateTime"):
        # 1970 is how "never" is written.
        return f"if(toUnixTimestamp({column}) = 0, {column}, {column} + toIntervalSecond({seconds}))"
    if kind.startswith("Array(DateTime"):
        return f"arrayMap(each -> each + toIntervalSecond({seconds}), {column})"
    return column


@contextmanager
def _staging(settings: Settings) -> Iterator[None]:
    _ask(settings, f"DROP DATABASE IF EXISTS {_STAGING}")
    _ask(settings, f"CREATE DATABASE {_STAGING}")
    try:
        yield
    finally:
        _ask(settings, f"DROP DATABASE IF EXISTS {_STAGING}")


def too_old(bundle: Bundle, seconds: int = 0) -> bool:
    """Whether ClickHouse would drop its rows, moved by ``seconds``, since it keeps them for thirty days."""
    age = datetime.now(timezone.utc) - _instant(bundle.begin) - timedelta(seconds=seconds)
    return age > timedelta(days=_KEPT_DAYS - 1)


def sealed_texts(bundle: Bundle, key: bytes) -> dict[str, str]:
    """Labels and record of a bundle, by the names of their files. Raises ``UserError``."""
    texts: dict[str, str] = json.loads(unseal(bundle.sealed, key, seal_ground(bundle.open_parts)))
    return texts


def _instant(sql: str) -> datetime:
    # toDateTime64('2026-11-21 10:00:00.000000', 9, 'UTC')
    return datetime.strptime(sql.split("'")[1], "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=timezone.utc)


def _rfc3339(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}000Z"


def _ask(settings: Settings, query: str, **parameters: str) -> str:
    with clickhouse_answer(settings, query, "TabSeparated", parameters) as answer:
        return answer.text()
