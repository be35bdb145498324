"""The documented queries answer what they promise, over HTTP and with their defaults."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from embedded_server import ROOT, EmbeddedServer

sys.path.insert(0, str(ROOT / "Tests" / "Browser"))

from shop_telemetry import INVENTORY, PAYMENT, SHOP, ShopTelemetry, Telemetry, as_json_rows  # noqa: E402

QUERIES = ROOT / "clickhouse" / "queries"
SCHEMAS = ROOT / "clickhouse" / "schemas"
JOURNEYS = 400


@pytest.fixture(scope="module")
def telemetry() -> Telemetry:
    return ShopTelemetry(seed=7).journeys(JOURNEYS, over_seconds=1200)


@pytest.fixture(scope="module", params=["current", "before 2024"])
def shop(
    tmp_path_factory: pytest.TempPathFactory, telemetry: Telemetry, request: pytest.FixtureRequest
) -> Iterator[EmbeddedServer]:
    """A server with the shop's telemetry, in each spelling that collectors write or wrote."""
    spans = telemetry.spans
    if request.param != "current":
        spans = [
            {
                **span,
                "SpanKind": "SPAN_KIND_" + span["SpanKind"].upper(),
                "StatusCode": "STATUS_CODE_" + span["StatusCode"].upper(),
            }
            for span in spans
        ]
    server = EmbeddedServer(tmp_path_factory.mktemp("shop") / "data")
    for table, rows in (("otel_traces", spans), ("otel_logs", telemetry.logs)):
        answer = server.request(
            body=b"".join(as_json_rows(rows)), query=f"INSERT INTO {table} FORMAT JSONEachRow", database="o11y"
        )
        assert answer.status == 200, answer.text
    yield server
    server.stop()


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A server with two visitors, one request outside of any session, and four questions to a cache."""
    products, add, checkout = "GET /products", "POST /cart/add", "POST /checkout"
    steps = {"ann": [products, products, add, products, checkout], "bob": [products, add], "": [products]}
    rows = []
    began = datetime.now(timezone.utc) - timedelta(minutes=5)

    def add_span(seconds: float, service: str, name: str, kind: str, attributes: dict[str, str], **more: Any) -> None:
        rows.append(
            {
                "Timestamp": (began + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S.%f"),
                "TraceId": f"{len(rows):032x}", "SpanId": f"{len(rows):016x}", "ServiceName": service,
                "SpanName": name, "SpanKind": kind, "StatusCode": "Unset", "Duration": 1_000_000,
                "SpanAttributes": attributes, **more,
            }
        )  # fmt: skip

    for session, names in steps.items():
        for number, name in enumerate(names):
            attributes = {"http.route": name.split()[1]} | ({"session.id": session} if session else {})
            status = "Error" if name == checkout else "Unset"
            add_span(number * (3 if session == "bob" else 1), SHOP, name, "Server", attributes, StatusCode=status)
    for number, hit in enumerate(["false", "true", "true", "true"]):
        attributes = {"cache.name": "products", "cache.hit": hit, "cache.size": str(9 + number)}
        add_span(number, INVENTORY, "cache_lookup", "Internal", attributes, ParentSpanId="00000000000000ff")
    server = EmbeddedServer(tmp_path_factory.mktemp("visits") / "data")
    answer = server.request(
        body=b"".join(as_json_rows(rows)), query="INSERT INTO otel_traces FORMAT JSONEachRow", database="o11y"
    )
    assert answer.status == 200, answer.text
    yield server
    server.stop()


def ask(server: EmbeddedServer, name: str, **parameters: str) -> list[dict[str, Any]]:
    sql = (QUERIES / f"{name}.sql").read_text()
    text = server.query(
        sql, default_format="JSONEachRow", output_format_json_quote_64bit_integers="0",
        **{f"param_{parameter}": value for parameter, value in parameters.items()},
    )  # fmt: skip
    return [json.loads(line) for line in text.splitlines()]


def failures(telemetry: Telemetry, name: str) -> int:
    return sum(span["StatusCode"] == "Error" for span in telemetry.spans if span["SpanName"] == name)


@pytest.mark.parametrize("file", sorted(QUERIES.glob("*.sql")), ids=lambda file: file.stem)
def test_every_query_runs_with_its_defaults(shop: EmbeddedServer, file: Path) -> None:
    ask(shop, file.stem)


def test_the_service_map_has_the_two_edges(shop: EmbeddedServer, telemetry: Telemetry) -> None:
    edges = {(row["source_service"], row["target_service"]): row for row in ask(shop, "hyperdx_service_map")}
    assert set(edges) == {(SHOP, INVENTORY), (SHOP, PAYMENT)}
    assert edges[SHOP, INVENTORY]["calls"] == JOURNEYS + JOURNEYS // 2
    assert edges[SHOP, PAYMENT]["calls"] == JOURNEYS // 2
    assert edges[SHOP, INVENTORY]["errors"] == 0
    assert edges[SHOP, PAYMENT]["errors"] == failures(telemetry, "POST /process") > 0
    assert 40 < edges[SHOP, PAYMENT]["p50_ms"] < edges[SHOP, PAYMENT]["p99_ms"]


def test_the_nodes_count_what_each_service_answered(shop: EmbeddedServer) -> None:
    nodes = {row["service"]: row["calls"] for row in ask(shop, "service_map_nodes")}
    assert nodes == {INVENTORY: JOURNEYS + JOURNEYS // 2, SHOP: JOURNEYS + JOURNEYS // 2, PAYMENT: JOURNEYS // 2}


def test_the_look_back_is_a_parameter(shop: EmbeddedServer) -> None:
    hour = sum(row["calls"] for row in ask(shop, "hyperdx_service_map"))
    shorter = sum(row["calls"] for row in ask(shop, "hyperdx_service_map", since="600"))
    assert 0 < shorter < hour


@pytest.mark.parametrize("since", ["60", "299", "600", "3600"])
def test_whole_five_minutes_and_what_is_before_them_count_each_span_once(shop: EmbeddedServer, since: str) -> None:
    window = f"SELECT count() FROM otel_traces WHERE Timestamp >= now64(9) - {since}"
    servers = f"{window} AND SpanKind IN ('Server', 'SPAN_KIND_SERVER')"
    for name, column, direct in (
        ("latency_percentiles", "span_count", window),
        ("service_map_nodes", "calls", servers),
    ):
        # Nothing comes meanwhile, so a window that moves on has fewer and fewer.
        before = int(shop.query(direct))
        counted = sum(row[column] for row in ask(shop, name, since=since))
        assert before >= counted >= int(shop.query(direct)), name


def test_a_sample_of_the_traces_stands_for_all(shop: EmbeddedServer) -> None:
    for name in ("hyperdx_service_map", "span_map", "traces_per_service"):
        column = {"traces_per_service": "traces"}.get(name, "calls")
        whole = ask(shop, name)
        sample = ask(shop, name, one_in="4")
        assert len(sample) == len(whole)
        total, estimated = (sum(row[column] for row in rows) for rows in (whole, sample))
        assert 0.75 < estimated / total < 1.25, (name, total, estimated)
        assert estimated % 4 == 0


def test_the_span_map_shows_the_flow_inside_a_service(shop: EmbeddedServer) -> None:
    pairs = {(row["parent_span"], row["child_span"]) for row in ask(shop, "span_map")}
    assert pairs >= {("GET /products", "get_products"), ("checkout", "POST"), ("process_payment", "fraud_check")}


def test_no_span_is_an_orphan(shop: EmbeddedServer) -> None:
    assert ask(shop, "orphan_spans", since="3600") == [
        {"spans_without_parent": 0, "servers_without_client": 0, "traces_with_several_roots": 0}
    ]


def test_errors_and_slow_spans_are_found(shop: EmbeddedServer, telemetry: Telemetry) -> None:
    declined = [log for log in telemetry.logs if log["SeverityText"] == "ERROR"]
    found = ask(shop, "recent_errors")
    assert len(found) == min(10, len(declined)) > 0
    assert {row["TraceId"] for row in found} <= {log["TraceId"] for log in declined}
    slow = ask(shop, "slow_spans", slower_than_ms="50")
    assert [row["duration_ms"] for row in slow] == sorted((row["duration_ms"] for row in slow), reverse=True)
    assert len(slow) == 10 and slow[-1]["duration_ms"] > 50


def test_what_was_stored_last_comes_first(shop: EmbeddedServer, telemetry: Telemetry) -> None:
    for name in ("recent_logs", "recent_traces"):
        rows = ask(shop, name)
        assert len(rows) == 5
        assert [row["Timestamp"] for row in rows] == sorted((row["Timestamp"] for row in rows), reverse=True)
    assert len(ask(shop, "recent_logs", rows="2")) == 2
    assert {row["ServiceName"] for row in ask(shop, "recent_traces", rows="100")} == {SHOP}


def test_pages_are_ordered_by_the_time_people_waited(shop: EmbeddedServer) -> None:
    checkout, products = ask(shop, "slow_pages")
    assert (checkout["page"], products["page"]) == ("POST /checkout", "GET /products")
    assert (checkout["requests"], products["requests"]) == (JOURNEYS // 2, JOURNEYS)
    assert checkout["waited_s"] > products["waited_s"]
    assert 0 < products["in_other_services_pct"] < 100 >= checkout["in_other_services_pct"] > 0


def test_features_are_counted_by_request_and_session(visits: EmbeddedServer) -> None:
    assert ask(visits, "most_used_features") == [
        {"ServiceName": SHOP, "feature": "GET /products", "requests": 5, "sessions": 2, "error_rate_pct": 0},
        {"ServiceName": SHOP, "feature": "POST /cart/add", "requests": 2, "sessions": 2, "error_rate_pct": 0},
        {"ServiceName": SHOP, "feature": "POST /checkout", "requests": 1, "sessions": 1, "error_rate_pct": 100},
    ]


def test_journeys_are_the_steps_of_a_session_in_their_order(visits: EmbeddedServer) -> None:
    assert ask(visits, "user_journeys") == [
        {
            "journey": "GET /products > POST /cart/add",
            "sessions": 1,
            "sessions_with_errors": 0,
            "avg_s": 3,
        },
        {
            "journey": "GET /products > POST /cart/add > GET /products > POST /checkout",
            "sessions": 1,
            "sessions_with_errors": 1,
            "avg_s": 4,
        },
    ]


def test_the_hit_rate_is_told_for_each_cache(visits: EmbeddedServer) -> None:
    (row,) = ask(visits, "cache_hit_rate")
    assert (row["ServiceName"], row["cache"]) == (INVENTORY, "products")
    assert (row["lookups"], row["hits"], row["hit_rate_pct"], row["entries"]) == (4, 3, 75, 12)


def test_one_trace_is_given_whole(shop: EmbeddedServer, telemetry: Telemetry) -> None:
    wanted = telemetry.spans[0]["TraceId"]
    rows = ask(shop, "one_trace", trace_id=wanted)
    assert {row["SpanId"] for row in rows} == {each["SpanId"] for each in telemetry.spans if each["TraceId"] == wanted}
    assert rows[0]["ParentSpanId"] == ""


def test_operations_are_kept_in_one_spelling(shop: EmbeddedServer, telemetry: Telemetry) -> None:
    for since in ("7200", "200000"):
        rows = {
            (row["ServiceName"], row["SpanName"], row["SpanKind"]): row
            for row in ask(shop, "operations_over_time", since=since)
        }
        process = rows[PAYMENT, "POST /process", "Server"]
        assert process["calls"] == JOURNEYS // 2
        assert process["errors"] == failures(telemetry, "POST /process")
        assert 40 < process["p50_ms"] < 100


def test_each_walkthrough_has_its_query() -> None:
    walkthroughs = {file.stem for file in (ROOT / "docs" / "walkthroughs").glob("*.md")} - {"README"}
    assert {file.stem.removeprefix("incident_") for file in QUERIES.glob("incident_*.sql")} == walkthroughs


def test_the_queries_name_no_database() -> None:
    for file in [*QUERIES.glob("*.sql"), *SCHEMAS.glob("*.sql")]:
        statements = re.sub(r"--[^\n]*", "", file.read_text())
        assert not re.search(r"\b(o11y|default)\.\w", statements), file


def test_the_tables_have_what_was_asked(server: EmbeddedServer) -> None:
    rows = server.query(
        "SELECT name, partition_key, create_table_query FROM system.tables WHERE database = 'o11y'"
        " AND engine LIKE '%MergeTree' FORMAT JSONEachRow"
    )
    tables = {row["name"]: row for row in map(json.loads, rows.splitlines())}
    raw = [name for name in tables if name.startswith(("otel_", "hyperdx_")) and "rollup" not in name]
    assert len(raw) == 9
    for name in raw:
        assert tables[name]["partition_key"].startswith("toDate("), name
        days = 7 if name == "hyperdx_sessions" else 30
        assert re.search(rf"TTL .*toIntervalDay\(.*\b{days}\)", tables[name]["create_table_query"]), name
        assert "bloom_filter" in tables[name]["create_table_query"], name
    for name in ("otel_traces_rollup_5m", "otel_traces_rollup_1h"):
        assert re.search(r"TTL .*toIntervalDay\(.*\b365\)", tables[name]["create_table_query"]), name
    versions = server.query("SELECT Version FROM schema_version FINAL ORDER BY Version").split()
    assert versions == [str(int(file.name.partition("_")[0])) for file in sorted(SCHEMAS.glob("*.sql"))]
