"""Calls are put together from spans that arrive apart, samples are even, and upgrades take over what is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_server import ROOT, EmbeddedServer

MAP = (ROOT / "clickhouse" / "queries" / "hyperdx_service_map.sql").read_text()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path / "data")
    yield server
    server.stop()


def insert(
    server: EmbeddedServer,
    service: str,
    kind: str,
    span: str,
    parent: str = "",
    *,
    trace: str = "a" * 32,
    seconds_ago: int = 60,
    milliseconds: int = 10,
    status: str = "Unset",
) -> None:
    """One span, in an insert of its own."""
    server.query(
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration,"
        f" StatusCode) SELECT now64(9) - {seconds_ago}, '{trace}', '{span}', '{parent}', 'call', '{kind}', '{service}',"
        f" {milliseconds} * 1000000, '{status}'"
    )


def edges(server: EmbeddedServer, **parameters: str) -> dict[tuple[str, str], dict[str, Any]]:
    named = {f"param_{name}": value for name, value in parameters.items()}
    text = server.query(MAP, default_format="JSONEachRow", output_format_json_quote_64bit_integers="0", **named)
    rows = [json.loads(line) for line in text.splitlines()]
    return {(row["source_service"], row["target_service"]): row for row in rows}


def test_it_does_not_matter_which_end_arrives_first(own: EmbeddedServer) -> None:
    insert(own, "shop", "Client", "01")
    insert(own, "stock", "Server", "02", "01")
    insert(own, "stock", "Server", "04", "03", status="Error")
    insert(own, "shop", "Client", "03")
    found = edges(own)
    assert set(found) == {("shop", "stock")}
    assert (found["shop", "stock"]["calls"], found["shop", "stock"]["errors"]) == (2, 1)


def test_every_server_span_below_one_client_span_counts(own: EmbeddedServer) -> None:
    insert(own, "shop", "Producer", "01")
    insert(own, "mail", "Consumer", "02", "01")
    insert(own, "books", "Consumer", "03", "01", milliseconds=30)
    # The same consumer was given the message a second time.
    insert(own, "books", "Consumer", "04", "01", milliseconds=50)
    found = edges(own)
    assert {edge: row["calls"] for edge, row in found.items()} == {("shop", "mail"): 1, ("shop", "books"): 2}
    assert found["shop", "books"]["avg_ms"] == 40


def test_what_is_no_call_between_services_is_no_edge(own: EmbeddedServer) -> None:
    insert(own, "shop", "Client", "01")
    insert(own, "shop", "Server", "02", "01")  # its own
    insert(own, "stock", "Server", "04", "03")  # the caller is unknown
    insert(own, "stock", "Server", "05")  # a root
    insert(own, "shop", "Internal", "06")
    insert(own, "stock", "Server", "07", "06")  # no client span between
    insert(own, "shop", "Client", "08")
    insert(own, "stock", "Server", "09", "08", trace="b" * 32)  # another trace
    assert edges(own) == {}


def test_a_call_across_the_full_hour_is_one(own: EmbeddedServer) -> None:
    # Rows of a call may lie in two hours; a day is long enough to have such a pair.
    insert(own, "shop", "Client", "01", seconds_ago=7200)
    insert(own, "stock", "Server", "02", "01", seconds_ago=3500)
    assert edges(own, since="86400")["shop", "stock"]["calls"] == 1


def test_the_window_is_that_of_the_server_span(own: EmbeddedServer) -> None:
    insert(own, "shop", "Client", "01", seconds_ago=120)
    insert(own, "stock", "Server", "02", "01", seconds_ago=100)
    assert edges(own, since="110")["shop", "stock"]["calls"] == 1
    assert edges(own, since="90") == {}


def test_a_large_sample_is_the_same_wherever_it_is_read(own: EmbeddedServer) -> None:
    own.query(
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration)"
        " SELECT now64(9) - number % 3000, lower(hex(sipHash128(intDiv(number, 2)))), toString(number),"
        " if(number % 2 = 0, '', toString(number - 1)), if(number % 2 = 0, 'outer', 'inner'), 'Internal', 'shop', 1000"
        " FROM numbers(20000)"
    )
    sampled = own.query("SELECT count() FROM otel_traces_rollup_sample")
    assert sampled == own.query("SELECT count() FROM otel_traces WHERE substring(TraceId, 25) < '10000000'")
    assert 900 < int(sampled) < 1600
    queries = ROOT / "clickhouse" / "queries"
    for name, column in (("span_map", 4), ("traces_per_service", 1), ("slow_pages", 1)):
        sql = (queries / f"{name}.sql").read_text()
        # 15 is read from all spans, 17 from the sample: nearly the same traces stand for all.
        all_spans, sample = (int(own.query(sql, param_one_in=n).split("\t")[column]) for n in ("15", "17"))
        assert 0.8 < all_spans / sample < 1.25 and 7000 < sample < 13000, name


def test_a_sample_of_the_sessions_stands_for_all(own: EmbeddedServer) -> None:
    own.query(
        "INSERT INTO otel_traces"
        " (Timestamp, TraceId, SpanId, SpanName, SpanKind, ServiceName, SpanAttributes, StatusCode)"
        " SELECT now64(9) - 600 + number % 7, lower(hex(sipHash128(number))), toString(number),"
        " if(number % 2 = 0, 'GET /products', 'POST /cart/add'), 'Server', 'shop',"
        " map('session.id', lower(hex(sipHash128(intDiv(number, 2)))), 'http.route', '/'),"
        " if(number % 40 = 1, 'Error', 'Unset') FROM numbers(20000)"
    )
    sql = (ROOT / "clickhouse" / "queries" / "user_journeys.sql").read_text()
    for n in ("1", "4"):
        rows = [line.split("\t") for line in own.query(sql, param_one_in=n).splitlines()]
        sessions, failed = (sum(int(row[column]) for row in rows) for column in (1, 2))
        assert sessions % int(n) == 0
        assert 0.85 < sessions / 10_000 < 1.15 and 0.6 < failed / 500 < 1.4, n


def test_spans_from_before_the_upgrade_are_taken_over_once(own: EmbeddedServer) -> None:
    own.query("DROP VIEW otel_traces_rollup_calls_mv")
    own.query("DROP TABLE otel_traces_rollup_calls")
    own.query("DROP VIEW otel_traces_rollup_sample_mv")
    own.query("DROP TABLE otel_traces_rollup_sample")
    own.query("DROP VIEW otel_traces_rollup_visits_mv")
    own.query("DROP TABLE otel_traces_rollup_visits")
    own.query("ALTER TABLE schema_version DELETE WHERE Version IN (4, 5, 10) SETTINGS mutations_sync = 2")
    insert(own, "shop", "Server", "05", trace="c" * 32)
    insert(own, "shop", "Client", "01")
    insert(own, "stock", "Server", "02", "01")
    insert(own, "shop", "Internal", "01", trace="0" * 32)
    for _ in range(2):
        own.stop()
        own.start()
        assert edges(own)["shop", "stock"]["calls"] == 1
        assert own.query("SELECT count() FROM otel_traces_rollup_sample") == "1\n"
        assert own.query("SELECT count() FROM otel_traces_rollup_visits") == "1\n"
    insert(own, "shop", "Client", "03")
    insert(own, "stock", "Server", "04", "03")
    assert edges(own)["shop", "stock"]["calls"] == 2
