"""Points and log records are rolled up as they arrive, once, and what was there before is taken over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_server import EmbeddedServer

START = 1_800_000_300
"""A whole five minutes, not an hour."""
COLUMNS = "MetricName, ServiceName, Attributes, StartTimeUnix, TimeUnix, Value, IsMonotonic, AggregationTemporality"
ROLLED = (
    "SELECT toUnixTimestamp(Time), sum(Count), sum(Sum), min(Min), max(Max), min(First).2, max(Last).2"
    " FROM {table} GROUP BY SeriesId, Time, StartTime ORDER BY Time, StartTime FORMAT TSV"
)
TABLES = ("otel_metrics_rollup_5m", "otel_metrics_rollup_1h")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path / "data", environment={"ROLLUP_RETENTION_DAYS": "9999"})
    yield server
    server.stop()


def point(server: EmbeddedServer, seconds: int, value: float, began: int = 0, **settings: str) -> None:
    times = [f"fromUnixTimestamp64Milli(toInt64({each}) * 1000)" for each in (began, START + seconds)]
    server.query(
        f"INSERT INTO otel_metrics_sum ({COLUMNS}) SELECT 'work', 'a', map('k', 'v'),"
        f" {', '.join(times)}, {value}, true, 2",
        **settings,
    )


def rolled(server: EmbeddedServer, table: str) -> list[list[float]]:
    rows = server.query(ROLLED.format(table=table)).splitlines()
    return [[float(each) for each in row.split("\t")] for row in rows]


def test_a_step_ends_with_the_point_at_its_end(own: EmbeddedServer) -> None:
    for seconds, value in [(1, 5), (299, 7), (300, 9), (301, 11)]:
        point(own, seconds, value)
    assert rolled(own, "otel_metrics_rollup_5m") == [
        [START + 300, 3, 21, 5, 9, 5, 9],
        [START + 600, 1, 11, 11, 11, 11, 11],
    ]
    hour = START // 3600 * 3600 + 3600
    assert rolled(own, "otel_metrics_rollup_1h") == [[hour, 4, 32, 5, 11, 5, 11]]


def test_points_that_arrive_late_and_in_any_order_count(own: EmbeddedServer) -> None:
    for seconds in (200, 10, 100):
        point(own, seconds, seconds)
    own.query("OPTIMIZE TABLE otel_metrics_rollup_5m FINAL")
    point(own, 5, 5)
    assert rolled(own, "otel_metrics_rollup_5m") == [[START + 300, 4, 315, 5, 200, 5, 200]]


def test_what_a_counter_rose_before_it_began_anew_is_kept_apart(own: EmbeddedServer) -> None:
    for seconds, value, began in [(10, 100, 1), (20, 150, 1), (30, 160, START + 25), (40, 170, START + 25)]:
        point(own, seconds, value, began)
    rows = rolled(own, "otel_metrics_rollup_5m")
    assert [row[-2:] for row in rows] == [[100, 150], [160, 170]]


def test_an_insert_that_is_sent_again_is_counted_once(own: EmbeddedServer) -> None:
    for _ in range(2):
        point(
            own,
            10,
            1,
            insert_deduplication_token="one",
            deduplicate_blocks_in_dependent_materialized_views="1",
        )
    # Another one that is equal by chance.
    point(own, 10, 1, insert_deduplication_token="two", deduplicate_blocks_in_dependent_materialized_views="1")
    for table in TABLES:
        assert [row[1] for row in rolled(own, table)] == [2]


def test_points_that_were_there_before_are_rolled_up_once(own: EmbeddedServer) -> None:
    for seconds in range(0, 3600, 60):
        point(own, seconds + 1, seconds)
    own.query(
        "INSERT INTO otel_metrics_histogram (MetricName, TimeUnix, Count, Sum, BucketCounts, ExplicitBounds,"
        " AggregationTemporality) SELECT 'time', fromUnixTimestamp64Milli(toInt64("
        f"{START} + number * 30) * 1000), number, number, [number, 0], [1.], 2 FROM numbers(1, 60)"
    )
    own.query("INSERT INTO otel_logs (Timestamp, SeverityNumber, ServiceName, Body) SELECT now64(9), 17, 'a', 'b'")
    expected = {table: rolled(own, table) for table in TABLES}
    histogram = "SELECT Time, sum(Count), min(First), max(Last) FROM {} GROUP BY Time ORDER BY Time FORMAT TSV"
    tables = ["otel_metrics_histogram_rollup_5m", "otel_metrics_histogram_rollup_1h"]
    histograms = [own.query(histogram.format(table)) for table in tables]
    logs = own.query("SELECT Level, Template, sum(Count) FROM otel_logs_rollup_1h GROUP BY ALL FORMAT TSV")
    assert logs.startswith("error\t") and logs.endswith("\t1\n")
    views = own.query("SELECT name FROM system.tables WHERE database = 'o11y' AND name LIKE '%_rollup_%'").split()
    for name in [each for each in views if each.startswith(("otel_metrics", "otel_logs"))]:
        own.query(f"DROP TABLE {name}")
    own.query("ALTER TABLE schema_version DELETE WHERE Version IN (21, 34) SETTINGS mutations_sync = 1")
    for _ in range(2):
        own.stop()
        own.start()
        assert {table: rolled(own, table) for table in TABLES} == expected
        assert [own.query(histogram.format(table)) for table in tables] == histograms
        again = own.query("SELECT Level, Template, sum(Count) FROM otel_logs_rollup_1h GROUP BY ALL FORMAT TSV")
        assert again == logs


def test_one_setting_says_how_long_rollups_are_kept(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "data", environment={"ROLLUP_RETENTION_DAYS": "40"})
    try:
        old = "now64(9) - toIntervalDay({})"
        for days in (10, 35, 50):
            server.query(
                f"INSERT INTO otel_metrics_sum ({COLUMNS}) SELECT 'work', 'a', map(), toDateTime64(0, 9),"
                f" {old.format(days)}, 1, true, 2"
            )
        # Points live for 30 days; what is older than the retention is gone as soon as it is inserted.
        assert server.query("SELECT sum(Count) FROM otel_metrics_rollup_5m").strip() == "2"
        tables = server.query(
            "SELECT name FROM system.tables WHERE database = 'o11y' AND create_table_query LIKE '%_CAST(40,%'"
        ).split()
    finally:
        server.stop()
    assert set(tables) == {
        *TABLES,
        "otel_metrics_histogram_rollup_5m",
        "otel_metrics_histogram_rollup_1h",
        "otel_logs_rollup_5m",
        "otel_logs_rollup_1h",
        "otel_traces_rollup_5m",
        "otel_traces_rollup_1h",
        "log_templates",
        "metric_series",
    }
