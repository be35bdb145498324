"""An agent that knows nothing finds its way in little text: the guide, the comments, the views of an investigator."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import pytest

from embedded_server import EmbeddedServer

TOKENS_TO_BEGIN = 2000
QUESTION = (
    "Between 2026-11-21T09:36:12Z and 2026-11-21T09:41:40Z customers may have had trouble with this shop. Which service"
    " and operation is the root cause, by which mechanism, how did it travel to what customers saw, and when did it"
    " begin? Answer with JSON: root, path, times.onset; an empty root when nothing was wrong."
)

WINDOWS = (
    "from = '2026-11-21 10:05:00', to = '2026-11-21 10:10:00',"
    " before_from = '2026-11-21 10:00:00', before_to = '2026-11-21 10:05:00'"
)

# Five minutes as ever, and five in which cards of one kind are refused: shop -> payment, one call a second.
SPANS = """
    INSERT INTO otel_traces
    (
        Timestamp, TraceId, SpanId, ParentSpanId,
        SpanName, SpanKind, ServiceName, Duration, StatusCode, SpanAttributes
    )
    WITH
        toDateTime64('2026-11-21 10:00:00', 9, 'UTC') + intDiv(number, 3) AS at,
        leftPad(toString(intDiv(number, 3)), 32, '0') AS trace,
        number % 3 AS place,
        intDiv(number, 3) >= 300 AND intDiv(number, 3) % 2 = 0 AS fails
    SELECT
        at, trace, concat(trace, toString(place)), if(place = 0, '', concat(trace, toString(place - 1))),
        ['POST /checkout', 'POST', 'POST /process'][place + 1], ['Server', 'Client', 'Server'][place + 1],
        ['shop', 'shop', 'payment'][place + 1], [9000000, 6000000, 4000000][place + 1], if(fails, 'Error', 'Unset'),
        map('card', if(intDiv(number, 3) % 2 = 0, 'visa', 'master'))
    FROM numbers(1800)
"""
LOGS = """
    INSERT INTO otel_logs (Timestamp, TraceId, SpanId, SeverityText, SeverityNumber, ServiceName, Body)
    WITH leftPad(toString(number), 32, '0') AS trace, number >= 300 AND number % 2 = 0 AS fails
    SELECT
        toDateTime64('2026-11-21 10:00:00', 9, 'UTC') + number, trace, concat(trace, '2'),
        if(fails, 'ERROR', 'INFO'), if(fails, 17, 9), 'payment',
        if(fails, concat('Card ', toString(number), ' refused'), 'Paid')
    FROM numbers(600)
"""
GAUGES = """
    INSERT INTO otel_metrics_gauge (TimeUnix, ServiceName, MetricName, MetricUnit, Value)
    SELECT toDateTime64('2026-11-21 10:00:00', 9, 'UTC') + number * 10, 'payment', 'cache.size', '{entry}',
        if(number < 30, 5, number)
    FROM numbers(60)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path_factory.mktemp("guide") / "data")
    for statement in (SPANS, LOGS, GAUGES):
        server.query(statement)
    yield server
    server.stop()


def rows(server: EmbeddedServer, sql: str) -> list[dict[str, Any]]:
    return json.loads(server.query(sql, user="agent", default_format="JSON"))["data"]


def tokens(text: str) -> int:
    """A rule that any reader can apply: four characters are a token, which is what English and SQL come to."""
    return math.ceil(len(text) / 4)


def test_the_guide_and_a_question_leave_room(told: EmbeddedServer) -> None:
    lines = [row["Line"] for row in rows(told, "SELECT Line FROM agent_guide")]
    assert 25 <= len(lines) <= 45
    assert lines[0].startswith("A shop of services")
    as_sent = json.dumps({"columns": ["Line"], "rows": [[line] for line in lines]})
    assert tokens(as_sent + QUESTION) < TOKENS_TO_BEGIN


def test_the_guide_names_what_there_is(told: EmbeddedServer) -> None:
    guide = "\n".join(row["Line"] for row in rows(told, "SELECT Line FROM agent_guide"))
    there = {row["name"] for row in rows(told, "SELECT name FROM system.tables WHERE database = 'o11y'")}
    views = {name for name in there if name.startswith("agent_")} - {"agent_guide"}
    assert len(views) >= 6
    assert [name for name in views if name not in guide] == []
    named = set(re.findall(r"\b(?:otel|hyperdx)_\w+", guide))
    assert named <= there
    assert len(named) >= 6


def test_every_table_and_column_says_what_it_is(told: EmbeddedServer) -> None:
    numbered = "database = 'o11y' AND engine LIKE '%MergeTree' AND (name LIKE 'otel_%' OR name = 'hyperdx_sessions')"
    assert rows(told, f"SELECT name FROM system.tables WHERE {numbered} AND comment = ''") == []
    assert len(rows(told, f"SELECT name FROM system.tables WHERE {numbered}")) >= 13
    missing = rows(
        told,
        "SELECT table, name FROM system.columns WHERE comment = '' AND database = 'o11y' AND table IN"
        f" (SELECT name FROM system.tables WHERE {numbered})",
    )
    assert missing == []


def test_the_service_map_counts_the_calls_of_its_window(told: EmbeddedServer) -> None:
    (call,) = rows(told, "SELECT * FROM agent_service_map(from = '2026-11-21 10:05:00', to = '2026-11-21 10:10:00')")
    assert (call["Caller"], call["Callee"]) == ("shop", "payment")
    assert (int(call["Calls"]), int(call["Errors"]), call["P50Ms"]) == (300, 150, 4)


def test_changed_operations_say_what_fails_and_what_they_took_themselves(told: EmbeddedServer) -> None:
    found = {row["SpanName"]: row for row in rows(told, f"SELECT * FROM agent_change_by_operation({WINDOWS})")}
    process = found["POST /process"]
    assert [int(process[name]) for name in ("CallsBefore", "CallsNow", "ErrorsBefore", "ErrorsNow")] == [
        300,
        300,
        0,
        150,
    ]
    assert process["ErrorShareRise"] == 0.5
    # 9 ms of which 6 are in the call, and 6 of which 4 are in the callee.
    assert [found[name]["SelfP95MsNow"] for name in ("POST /checkout", "POST", "POST /process")] == [3, 2, 4]


def test_changed_attributes_tell_who_is_hit(told: EmbeddedServer) -> None:
    found = rows(
        told, f"SELECT * FROM agent_change_by_attribute(service = 'payment', operation = 'POST /process', {WINDOWS})"
    )
    visa = next(row for row in found if row["Value"] == "visa")
    assert (int(visa["ErrorsBefore"]), int(visa["ErrorsNow"]), visa["ErrorShareNow"]) == (0, 150, 1)
    assert visa["ErrorShareNowOfAll"] == 0.5


def test_changed_logs_are_one_line_a_statement_with_a_trace(told: EmbeddedServer) -> None:
    first, second = rows(told, f"SELECT * FROM agent_change_by_log({WINDOWS})")
    assert (first["Pattern"], int(first["CountBefore"]), int(first["CountNow"])) == ("Card # refused", 0, 150)
    assert len(first["ExampleTraceId"]) == 32
    assert second["Pattern"] == "Paid"


def test_changed_gauges_say_what_grew(told: EmbeddedServer) -> None:
    (grown,) = rows(told, f"SELECT * FROM agent_change_by_gauge({WINDOWS})")
    assert (grown["MetricName"], grown["MaxBefore"], grown["MaxNow"]) == ("cache.size", 5, 59)


def test_what_stores_telemetry_is_not_among_what_grew(told: EmbeddedServer) -> None:
    names = ["otelcol_exporter_queue_size", "clickhouse.table.rows", "ClickHouseMetrics_Query"]
    told.query(
        f"INSERT INTO otel_metrics_gauge (TimeUnix, ServiceName, MetricName, Value) SELECT"
        f" toDateTime64('2026-11-21 10:01:00', 9, 'UTC') + number * 300, 'otel-collector', name, number * 1000"
        f" FROM numbers(2) ARRAY JOIN {names} AS name"
    )
    found = rows(told, f"SELECT MetricName FROM agent_change_by_gauge({WINDOWS})")
    assert not {row["MetricName"] for row in found} & set(names)


def test_a_gauge_that_is_not_measured_now_has_no_value_now(told: EmbeddedServer) -> None:
    told.query(
        "INSERT INTO otel_metrics_gauge (TimeUnix, ServiceName, MetricName, Value) VALUES"
        " ('2026-11-21 10:01:00', 'payment', 'ended', 7), ('2026-11-21 10:06:00', 'payment', 'begun', 3)"
    )
    found = {row["MetricName"]: row for row in rows(told, f"SELECT * FROM agent_change_by_gauge({WINDOWS})")}
    assert "ended" not in found
    assert (found["begun"]["MaxBefore"], found["begun"]["MaxNow"]) == (None, 3)


def test_a_trace_is_a_tree_with_its_logs(told: EmbeddedServer) -> None:
    lines = [row["Line"] for row in rows(told, f"SELECT Line FROM agent_trace(trace_id = '{'0' * 29}302')")]
    assert [line[: len(line) - len(line.lstrip())] for line in lines] == ["", "  ", "    ", "      "]
    assert lines[0].startswith("shop POST /checkout Server +0 ms, 9 ms ERROR")
    assert lines[3] == "      | ERROR Card 302 refused"


def test_a_long_trace_is_cut_to_what_an_agent_can_read(told: EmbeddedServer) -> None:
    told.query(
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration)"
        " SELECT toDateTime64('2026-11-21 11:00:00', 9, 'UTC') + number / 1000, 'long', toString(number),"
        " if(number = 0, '', '0'), repeat('n', 300), 'Internal', 'shop', 1000 FROM numbers(500)"
    )
    lines = [row["Line"] for row in rows(told, "SELECT Line FROM agent_trace(trace_id = 'long')")]
    assert tokens("\n".join(lines)) <= 2000
    left = 500 - (len(lines) - 1)
    assert lines[-1] == f"… {left} more lines: ask otel_traces and otel_logs for this trace"
    assert rows(told, "SELECT Line FROM agent_trace(trace_id = 'unknown')") == []
