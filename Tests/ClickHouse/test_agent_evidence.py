"""What an investigator asks after the first look, each by a SELECT of the user who may only read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from embedded_server import EmbeddedServer

MODEL = "all-MiniLM-L6-v2"
WINDOWS = (
    "from = '2026-11-21 10:05:00', to = '2026-11-21 10:06:00',"
    " before_from = '2026-11-21 10:00:00', before_to = '2026-11-21 10:05:00'"
)
FAILED = "f" * 32
OTHER = "e" * 32
STRANGE = "d" * 32

# A session of three visits to the shop, and one of somebody else at the same time.
SPANS = f"""
    INSERT INTO otel_traces
        (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration, StatusCode,
        SpanAttributes)
    WITH [
        (1, '{"1" * 32}', 'a1', '', 'GET /products', 'Server', 2000000, 'Unset', 's1', ''),
        (10, '{FAILED}', 'b1', '', 'POST /checkout', 'Server', 9000000, 'Error', 's1', '500'),
        (10, '{FAILED}', 'b2', 'b1', 'POST', 'Client', 8000000, 'Error', 's1', ''),
        (20, '{"2" * 32}', 'c1', '', 'POST /checkout', 'Server', 9000000, 'Unset', 's1', ''),
        (11, '{OTHER}', 'd1', '', 'GET /products', 'Server', 2000000, 'Unset', 's2', ''),
        (12, '{STRANGE}', 'e1', '', 'GET /', 'Server', 2000000, 'Error', '', '')
    ] AS spans
    SELECT toDateTime64('2026-11-21 10:05:00', 9, 'UTC') + span.1, span.2, span.3, span.4, span.5, span.6, 'shop',
        span.7, span.8, map('session.id', span.9, 'http.response.status_code', span.10)
    FROM system.one ARRAY JOIN spans AS span
"""
LOGS = f"""
    INSERT INTO otel_logs (Timestamp, TraceId, SeverityText, SeverityNumber, ServiceName, Body, LogAttributes) VALUES
    ('2026-11-21 10:01:00', '{"3" * 32}', 'WARN', 13, 'shop', 'Card 1 declined', {{}}),
    ('2026-11-21 10:02:00', '{"4" * 32}', 'WARN', 13, 'shop', 'Card 2 declined', {{}}),
    ('2026-11-21 10:05:10', '{FAILED}', 'ERROR', 17, 'payment-service', 'Visa cache full: cannot add new item.', {{}}),
    ('2026-11-21 10:05:10.5', '{FAILED}', 'ERROR', 17, 'shop', 'Failed to place order 17',
        {{'cause': 'Visa cache full'}}),
    ('2026-11-21 10:05:11', '{OTHER}', 'WARN', 13, 'shop', 'Card 3 declined', {{}}),
    ('2026-11-21 10:05:12', '{STRANGE}', 'ERROR', 17, 'shop', 'Xyzzy plugh', {{}}),
    ('2026-11-21 10:05:13', '{OTHER}', 'INFO', 9, 'shop', 'All is well', {{}})
"""
SUMMARIES = f"""
    INSERT INTO trace_summaries
        (TraceId, Timestamp, ServiceName, SpanName, Duration, ErrorCount, Score, IsAnomaly, AnomalyType, Reason) VALUES
    ('{FAILED}', '2026-11-21 10:05:10', 'shop', 'POST /checkout', 9000000, 2, 3.4, 1, 'structure', 'never seen'),
    ('{OTHER}', '2026-11-21 10:05:11', 'shop', 'GET /products', 2000000, 0, 0.1, 0, '', ''),
    ('{STRANGE}', '2026-11-21 10:05:12', 'shop', 'GET /', 2000000, 1, 2.5, 1, 'latency', 'slow'),
    ('{"5" * 32}', '2026-11-21 10:01:12', 'shop', 'GET /', 2000000, 1, 9, 1, 'latency', 'before')
"""
# Each ten seconds for six minutes: memory that doubles, half a core and then two, a pool that fills.
METRICS = """
    INSERT INTO otel_metrics_sum
        (TimeUnix, StartTimeUnix, ServiceName, MetricName, MetricUnit, Attributes, Value, AggregationTemporality,
        IsMonotonic)
    WITH toDateTime64('2026-11-21 10:00:00', 9, 'UTC') AS start, number * 10 AS at, at >= 300 AS after
    SELECT start + at, start, 'shop', metric.1, metric.2, metric.3,
        [if(after, 200, 100), if(after, 150 + (at - 300) * 2, at * 0.5), if(after, 5, 1)][metric.4], 2, metric.5
    FROM numbers(36)
    ARRAY JOIN [
        ('process.memory.usage', 'By', map(), 1, false),
        ('process.cpu.time', 's', map('cpu.mode', 'user'), 2, true),
        ('db.client.connection.count', '{connection}', map('db.client.connection.state', 'used'), 3, false)
    ] AS metric
"""
# What counts and is no processor is not about the machine.
COUNTER = """
    INSERT INTO otel_metrics_sum (TimeUnix, ServiceName, MetricName, Value, AggregationTemporality, IsMonotonic)
    VALUES ('2026-11-21 10:05:10', 'shop', 'orders', 7, 2, true)
"""

# The agent's user knows a cause only once it was met.
MET = """
    INSERT INTO error_patterns (error_signature, error_message, service_name, root_cause, resolution, occurrence_count)
    SELECT error_signature, error_message, service_name, root_cause, resolution, 1 FROM error_patterns FINAL
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path_factory.mktemp("evidence") / "data")
    for statement in (SPANS, LOGS, SUMMARIES, METRICS, COUNTER, MET):
        server.query(statement)
    yield server
    server.stop()


def rows(server: EmbeddedServer, sql: str) -> list[dict[str, Any]]:
    answered = server.query(
        sql, user="agent", default_format="JSONEachRow", output_format_json_quote_64bit_integers="0"
    )
    return [json.loads(line) for line in answered.splitlines()]


def test_new_kinds_of_errors_come_first_with_their_cause_and_an_exemplar(told: EmbeddedServer) -> None:
    found = rows(told, f"SELECT * FROM agent_change_by_template({WINDOWS})")
    kinds = {(row["Template"], row["Cause"]): row for row in found}
    new = kinds["Failed to place order <n>", "Visa cache full"]
    assert (new["CountBefore"], new["CountNow"], new["TimesAsOften"]) == (0, 1, None)
    assert new["ExemplarTraceId"] == FAILED
    assert new["FirstNow"].startswith("2026-11-21 10:05:10.5")
    known = kinds["Card <n> declined", ""]
    # Two in five minutes, one in one.
    assert (known["CountBefore"], known["CountNow"], known["TimesAsOften"]) == (2, 1, 2.5)
    assert known["FirstEver"].startswith("2026-11-21 10:01:00")
    assert found[-1] == known
    assert all("All is well" not in template for template, _ in kinds)


def test_without_vectors_a_known_error_is_found_by_its_letters_with_cause_and_resolution(told: EmbeddedServer) -> None:
    found = rows(told, f"SELECT * FROM agent_similar_errors(trace_id = '{FAILED}')")
    assert found[0]["Error"] == "Visa cache full: cannot add new item."
    assert (found[0]["Kind"], found[0]["How"], found[0]["IsSimilar"]) == ("known pattern", "letters", True)
    assert "keeps every card" in found[0]["Cause"]
    assert "Bound the cache" in found[0]["Resolution"]
    assert len(found) == 5
    assert [row["Distance"] for row in found] == sorted(row["Distance"] for row in found)


def test_what_is_like_nothing_is_shown_as_such(told: EmbeddedServer) -> None:
    found = rows(told, f"SELECT * FROM agent_similar_errors(trace_id = '{STRANGE}')")
    assert len(found) == 5
    assert not any(row["IsSimilar"] for row in found)
    assert rows(told, f"SELECT * FROM agent_similar_errors(trace_id = '{'0' * 32}')") == []


def test_where_there_are_vectors_they_decide(told: EmbeddedServer) -> None:
    def vector(where: str, values: list[float]) -> None:
        told.query(
            "INSERT INTO template_embeddings (Key, Model, Dimension, Embedding)"
            f" SELECT DISTINCT Key, '{MODEL}', {len(values)}, {values} FROM log_templates WHERE {where}"
        )

    vector("Template LIKE 'Visa%'", [1, 0])
    vector("Template LIKE 'Card%'", [0.9, 0.1])
    told.query(
        "INSERT INTO error_patterns (error_signature, service_name, root_cause, resolution, embedding, embedding_model)"
        f" VALUES ('near', 'shop', 'it was near', 'go away', [1, 0.1], '{MODEL}'),"
        f" ('far', 'shop', 'it was far', 'stay', [0, 1], '{MODEL}'), ('other', 'shop', '', '', [1, 0, 0], '{MODEL}')"
    )
    try:
        found = rows(told, f"SELECT * FROM agent_similar_errors(trace_id = '{FAILED}')")
    finally:
        told.query("TRUNCATE TABLE template_embeddings")
        told.query("ALTER TABLE error_patterns DELETE WHERE service_name = 'shop' SETTINGS mutations_sync = 2")
    assert {row["How"] for row in found} == {f"vectors of {MODEL}"}
    shown = {row["Error"]: row for row in found}
    assert shown["near"]["IsSimilar"] and shown["near"]["Resolution"] == "go away"
    assert not shown["far"]["IsSimilar"]
    assert "other" not in shown
    # What was seen before this trace is a past error, with its own exemplar.
    assert (shown["Card <n> declined"]["Kind"], shown["Card <n> declined"]["IsSimilar"]) == ("past error", True)
    assert "Visa cache full: cannot add new item." not in shown


def test_words_of_ones_own_find_what_shares_their_letters(told: EmbeddedServer) -> None:
    found = rows(told, "SELECT * FROM agent_similar_errors_by_text(text = 'visa cache is full')")
    assert found[0]["Error"] == "Visa cache full: cannot add new item."
    assert found[0]["IsSimilar"]
    for nothing in ("NullPointerException", "it''s 100 % \\\\ odd {x:String}"):
        nowhere = rows(told, f"SELECT * FROM agent_similar_errors_by_text(text = '{nothing}')")
        assert nowhere != []
        assert not any(row["IsSimilar"] for row in nowhere)
    assert rows(told, "SELECT * FROM agent_similar_errors_by_text(text = '')") == []


def test_strange_traces_come_strangest_first_with_their_reason(told: EmbeddedServer) -> None:
    found = rows(told, "SELECT * FROM agent_anomalous_traces(from = '2026-11-21 10:05:00', to = '2026-11-21 10:06:00')")
    assert [(row["TraceId"], row["Score"], row["Reason"]) for row in found] == [
        (FAILED, 3.4, "never seen"),
        (STRANGE, 2.5, "slow"),
    ]


def test_the_session_of_a_trace_is_told_in_order_and_no_other(told: EmbeddedServer) -> None:
    found = rows(told, f"SELECT * FROM agent_sessions(trace_id = '{FAILED}')")
    assert [row["SpanName"] for row in found] == ["GET /products", "POST /checkout", "POST /checkout"]
    assert [row["IsThisTrace"] for row in found] == [0, 1, 0]
    assert {row["SessionId"] for row in found} == {"s1"}
    assert [row["Status"] for row in found] == ["", "500", ""]
    assert rows(told, f"SELECT * FROM agent_sessions(trace_id = '{STRANGE}')") == []


def test_the_machines_around_a_moment_have_a_before_and_an_after(told: EmbeddedServer) -> None:
    found = rows(told, "SELECT * FROM agent_infrastructure(at = '2026-11-21 10:05:00')")
    figures = {row["MetricName"]: (row["Unit"], row["MeanBefore"], row["MeanAfter"]) for row in found}
    assert figures == {
        "process.memory.usage": ("By", 100, 200),
        "process.cpu.time": ("s/s", 0.5, 2),
        "db.client.connection.count": ("{connection}", 1, 5),
    }
    assert found[0]["MetricName"] == "db.client.connection.count"


def test_every_view_says_what_it_is_and_what_it_wants(told: EmbeddedServer) -> None:
    views = rows(
        told, "SELECT name, comment FROM system.tables WHERE database = 'o11y' AND name LIKE 'agent\\_%' ORDER BY name"
    )
    assert len(views) >= 13
    for view in views:
        assert "(" in view["comment"] or view["name"] == "agent_guide", view


def test_every_table_behind_these_views_says_what_it_is(told: EmbeddedServer) -> None:
    names = (
        "'embedding_models', 'error_patterns', 'log_templates', 'metric_series', 'operation_baselines',"
        " 'template_embeddings', 'trace_structures', 'trace_summaries', 'trace_templates'"
    )
    described = rows(told, f"SELECT name FROM system.tables WHERE name IN ({names}) AND comment != ''")
    assert len(described) == 9
    assert rows(told, f"SELECT table, name FROM system.columns WHERE table IN ({names}) AND comment = ''") == []
