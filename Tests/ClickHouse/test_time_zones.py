"""The machine's time zone changes no answer: not for new folders, not for old ones, not when it changes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from embedded_server import ROOT, EmbeddedServer

ZONES = ["UTC", "Asia/Seoul", "America/Los_Angeles", "Asia/Kolkata"]
QUERIES = sorted((ROOT / "clickhouse" / "queries").glob("*.sql"))
# A look-back in whole hours begins half an hour away from any row, and stays away from them while the tests run.
NOW = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(minutes=30)
HOURS = 30

# The column of each raw table that says when its rows were.
TIMES = {
    "otel_logs": "Timestamp",
    "otel_traces": "Timestamp",
    "hyperdx_sessions": "Timestamp",
    "otel_metrics_gauge": "TimeUnix",
    "otel_metrics_sum": "TimeUnix",
    "otel_metrics_histogram": "TimeUnix",
    "otel_metrics_exp_histogram": "TimeUnix",
    "otel_metrics_summary": "TimeUnix",
}
DERIVED = {
    "otel_traces_trace_id_ts": "Start",
    "otel_traces_rollup_5m": "Time",
    "otel_traces_rollup_1h": "Time",
    "otel_traces_rollup_calls": "Hour",
    "otel_traces_rollup_sample": "Timestamp",
    "otel_traces_rollup_visits": "Timestamp",
    "otel_traces_rollup_sessions": "StartTime",
}


def fill(server: EmbeddedServer, **settings: str) -> None:
    """A row an hour in every table, over more than a day; in otel_traces a call between two services."""
    first = int((NOW - timedelta(hours=HOURS)).timestamp())
    at = f"fromUnixTimestamp64Nano(toInt64({first} + number * 3600) * 1000000000)"
    for table, column in TIMES.items():
        service = "" if table == "otel_traces" else ", ServiceName"
        if service:
            server.query(
                f"INSERT INTO {table} ({column}{service}) SELECT {at}, 'shop' FROM numbers({HOURS})", **settings
            )
    server.query(
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration)"
        f" SELECT {at}, leftPad(toString(number), 32, '0'), if(c, '01', '02'), if(c, '', '01'), 'call',"
        " if(c, 'Client', 'Server'), if(c, 'shop', 'stock'), 1000000"
        f" FROM numbers({HOURS}) ARRAY JOIN [1, 0] AS c",
        **settings,
    )


def counted_by_day(server: EmbeddedServer, **settings: str) -> dict[str, list[int]]:
    """How many rows each table has of each UTC day, asked one day at a time by literals and by instants."""
    found = {}
    for table, column in {**TIMES, **DERIVED}.items():
        counts = []
        for back in range(3):
            day = (NOW - timedelta(days=back)).strftime("%Y-%m-%d 00:00:00")
            begin = int(datetime.strptime(day + "+0000", "%Y-%m-%d %H:%M:%S%z").timestamp())
            literal = f"{column} >= '{day}' AND {column} < toDateTime('{day}', 'UTC') + toIntervalDay(1)"
            instant = f"{column} >= toDateTime({begin}) AND {column} < toDateTime({begin + 86400})"
            one, other = (
                int(server.query(f"SELECT count() FROM {table} WHERE {where}", **settings))
                for where in (literal, instant)
            )
            assert one == other, (table, day)
            counts.append(one)
        found[table] = counts
    return found


def answers(server: EmbeddedServer, **settings: str) -> dict[str, str]:
    """What every documented query says."""
    found = {}
    for file in QUERIES:
        # Its answer is an age, which is another a moment later.
        if file.stem == "telemetry_by_service":
            continue
        parameters = {} if "{since:" not in file.read_text() else {"param_since": str(26 * 3600)}
        found[file.stem] = server.query(file.read_text(), **parameters, **settings)
    return found


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[int]], dict[str, str]]:
    server = EmbeddedServer(tmp_path_factory.mktemp("utc") / "data", environment={"TZ": "UTC"})
    fill(server)
    found = counted_by_day(server), answers(server)
    server.stop()
    return found


def columns_without_a_zone(server: EmbeddedServer) -> list[str]:
    return server.query(
        "SELECT table || '.' || name FROM system.columns"
        " WHERE database = 'o11y' AND match(type, 'DateTime') AND table NOT LIKE '%_mv' AND"
        " NOT match(replaceAll(type, 'UTC', ''), '^[^D]*DateTime(64)?\\\\(([39], )?\\'\\'\\\\)')"
    ).split()


@pytest.mark.parametrize("zone", ZONES[1:])
def test_every_table_and_query_answers_as_in_utc(
    tmp_path: Path, zone: str, expected: tuple[dict[str, list[int]], dict[str, str]]
) -> None:
    server = EmbeddedServer(tmp_path / "data", environment={"TZ": zone})
    try:
        assert server.query("SELECT timezone()") == "UTC\n"
        assert columns_without_a_zone(server) == []
        # Clients may have a zone of their own.
        fill(server, session_timezone=zone)
        assert counted_by_day(server) == expected[0]
        assert answers(server) == expected[1]
        assert answers(server, session_timezone=zone) == expected[1]
    finally:
        server.stop()


@pytest.fixture
def old_schemas(tmp_path: Path) -> Path:
    """The schemas as they were without a zone."""
    folder = tmp_path / "old-schemas"
    folder.mkdir()
    for file in sorted((ROOT / "clickhouse" / "schemas").glob("*.sql")):
        # What came later was always written with one.
        if file.name < "07_utc.sql":
            text = file.read_text().replace("DateTime64(9, 'UTC')", "DateTime64(9)")
            (folder / file.name).write_text(text.replace("DateTime('UTC')", "DateTime"))
    return folder


WRITE_IN_ZONE = """
import os, sys, time
os.environ["TZ"] = sys.argv[1]; time.tzset()
import chdb
from pathlib import Path
engine = chdb.connect(sys.argv[2])
engine.query("CREATE DATABASE IF NOT EXISTS o11y"); engine.query("USE o11y")
for file in sorted(Path(sys.argv[3]).glob("*.sql")):
    engine.query(file.read_text())
for statement in sys.stdin.read().split(";;"):
    engine.query(statement)
engine.close()
"""


class Statements:
    """Takes what ``fill`` would ask a server."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def query(self, sql: str, **_: str) -> str:
        self.asked.append(sql)
        return ""


@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/Los_Angeles"])
def test_a_folder_of_another_zone_is_taken_over(
    tmp_path: Path, old_schemas: Path, zone: str, expected: tuple[dict[str, list[int]], dict[str, str]]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    statements = Statements()
    fill(statements)  # type: ignore[arg-type]
    subprocess.run(
        [sys.executable, "-c", WRITE_IN_ZONE, zone, str(data / "engine"), str(old_schemas)],
        input=";;".join(statements.asked),
        text=True,
        check=True,
    )
    server = EmbeddedServer(data, environment={"TZ": zone})
    try:
        for _ in range(2):
            assert columns_without_a_zone(server) == []
            assert counted_by_day(server) == expected[0]
            assert answers(server) == expected[1]
            left = server.query("SELECT name FROM system.tables WHERE database = 'o11y' AND name LIKE '%_days'")
            assert left == ""
            server.stop()
            server.start()
    finally:
        server.stop()


@pytest.mark.parametrize("after", range(1, 14))
def test_an_end_in_the_middle_of_the_move_loses_and_doubles_nothing(after: int, moved: MovedTable) -> None:
    moved.write_under_local_days()
    moved.repartition(fails_after=after)
    moved.repartition()
    assert moved.rows() == moved.expected
    assert moved.days() == moved.days_of_rows()


class MovedTable:
    """One table of the engine in this process, with parts under the days of another zone."""

    def __init__(self, engine: object) -> None:
        self.engine = engine
        self.expected = [[str(number)] for number in range(HOURS)]

    def ask(self, sql: str) -> list[list[object]]:
        text = bytes(self.engine.query(sql, "JSONCompactEachRow").bytes()).decode()  # type: ignore[attr-defined]
        return [json.loads(line) for line in text.splitlines()]

    def write_under_local_days(self) -> None:
        self.ask("CREATE OR REPLACE TABLE moved (at DateTime('Asia/Seoul'), n UInt64) ENGINE = MergeTree"
                 " PARTITION BY toDate(at) ORDER BY n")  # fmt: skip
        self.ask(f"INSERT INTO moved SELECT toDateTime('2026-01-01 15:00:00', 'UTC') + number * 3600, number"
                 f" FROM numbers({HOURS})")  # fmt: skip
        self.ask("ALTER TABLE moved MODIFY COLUMN at DateTime('UTC')")

    def repartition(self, fails_after: int | None = None) -> None:
        from embedded_clickhouse.repartition import repartition

        asked = 0

        def ask(sql: str) -> list[list[object]]:
            nonlocal asked
            asked += 1
            if fails_after is not None and asked > fails_after:
                raise InterruptedError
            return self.ask(sql)

        try:
            repartition(ask, "zones")
        except InterruptedError:
            self.ask("SYSTEM START MERGES moved")

    def rows(self) -> list[list[object]]:
        return self.ask("SELECT toString(n) FROM moved ORDER BY n")

    def days(self) -> list[list[object]]:
        return self.ask(
            "SELECT DISTINCT partition FROM system.parts WHERE database = 'zones' AND table = 'moved' AND active"
            " ORDER BY partition"
        )

    def days_of_rows(self) -> list[list[object]]:
        return self.ask("SELECT DISTINCT toString(toDate(at, 'UTC')) AS day FROM moved ORDER BY day")


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedTable]:
    import chdb

    sys.path.insert(0, str(ROOT / "clickhouse" / "embedded"))
    engine = chdb.connect(str(tmp_path_factory.mktemp("moved") / "engine"))
    engine.query("CREATE DATABASE IF NOT EXISTS zones")
    engine.query("USE zones")
    yield MovedTable(engine)
    engine.close()
