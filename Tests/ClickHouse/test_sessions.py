"""What browsers sent reads as sessions: who came, what they did, what went wrong, and what was recorded of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from embedded_server import EmbeddedServer

SESSION = "5e55" * 8
# What is older than the tables keep is not there.
DAY = (datetime.now(timezone.utc) - timedelta(days=1)).strftime("%Y-%m-%d")
DAY_BEFORE = (datetime.now(timezone.utc) - timedelta(days=2)).strftime("%Y-%m-%d")
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"

# The columns that the plan of the tables names, with their types.
SESSIONS = {
    "SessionId": "String",
    "UserId": "String",
    "StartTime": "DateTime64(3, 'UTC')",
    "EndTime": "DateTime64(3, 'UTC')",
    "Duration": "Int64",
    "UserAgent": "String",
    "DeviceType": "LowCardinality(String)",
    "OS": "LowCardinality(String)",
    "Browser": "LowCardinality(String)",
    "Country": "LowCardinality(String)",
    "City": "String",
    "PageViews": "UInt32",
    "Events.Timestamp": "Array(DateTime64(3, 'UTC'))",
    "Events.Type": "Array(String)",
    "Events.Name": "Array(String)",
    "Events.Attributes": "Array(Map(String, String))",
    "ErrorCount": "UInt32",
    "TraceIds": "Array(String)",
}
REPLAY = {
    "SessionId": "String",
    "Timestamp": "DateTime64(3, 'UTC')",
    "SequenceNumber": "UInt64",
    "EventType": "LowCardinality(String)",
    "EventData": "String",
}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path / "data")
    yield server
    server.stop()


class Browser:
    """Sends what a browser sends, each span in an insert of its own."""

    def __init__(self, server: EmbeddedServer, session: str = SESSION, agent: str = CHROME) -> None:
        self._server = server
        self._resource = {"service.name": "storefront", "rum.sessionId": session, "user_agent.original": agent}
        self._spans = 0

    def span(
        self, name: str, at: str, *, scope: str = "", failed: bool = False, milliseconds: int = 0, **attributes: str
    ) -> str:
        """One span; returns its trace."""
        self._spans += 1
        trace = f"{self._spans:032x}"
        self._insert(
            "otel_traces",
            {
                "Timestamp": at,
                "TraceId": trace,
                "SpanId": f"{self._spans:016x}",
                "SpanName": name,
                "ServiceName": "storefront",
                "ScopeName": scope,
                "ResourceAttributes": self._resource,
                "SpanAttributes": {key.replace("_", ".", 1): value for key, value in attributes.items()},
                "Duration": milliseconds * 1_000_000,
                "StatusCode": "Error" if failed else "Unset",
            },
        )
        return trace

    def event(self, number: int, at: str, event: Mapping[str, Any], **attributes: str) -> None:
        """One replay event."""
        marks = {"rr-web.event": str(number), "rr-web.chunk": "1", "rr-web.total-chunks": "1"}
        marks |= {f"rr-web.{key.replace('_', '-')}": value for key, value in attributes.items()}
        self._insert(
            "hyperdx_sessions",
            {
                "Timestamp": at,
                "ServiceName": "storefront",
                "Body": json.dumps(event, separators=(",", ":")),
                "ResourceAttributes": self._resource,
                "LogAttributes": marks,
            },
        )

    def _insert(self, table: str, row: Mapping[str, Any]) -> None:
        answer = self._server.request(
            body=json.dumps(row), query=f"INSERT INTO {table} FORMAT JSONEachRow", database="o11y"
        )
        assert answer.status == 200, answer.text


def rows(server: EmbeddedServer, sql: str) -> list[dict[str, Any]]:
    text = server.query(sql, default_format="JSONEachRow", output_format_json_quote_64bit_integers="0")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(("view", "plan"), [("otel_sessions", SESSIONS), ("session_replay_events", REPLAY)])
def test_every_column_of_the_plan_is_there(server: EmbeddedServer, view: str, plan: Mapping[str, str]) -> None:
    there = {row["name"]: row["type"] for row in rows(server, f"DESCRIBE {view}")}
    assert {name: there.get(name) for name in plan} == plan


def test_a_visit_that_fails_is_one_session(own: EmbeddedServer) -> None:
    browser = Browser(own)
    page = "http://shop.test/basket"
    load = browser.span("documentLoad", f"{DAY} 10:00:00", milliseconds=400, location_href="http://shop.test/")
    browser.span("routeChange", f"{DAY} 10:01:00", component="user-interaction", location_href=page)
    browser.span("click", f"{DAY} 10:01:30", component="user-interaction", location_href=page)
    browser.span("place order", f"{DAY} 10:01:31", scope="custom-action", location_href=page)
    failed = browser.span(
        "HTTP POST", f"{DAY} 10:01:31.5", failed=True, milliseconds=1500, component="fetch", http_method="POST",
        http_url="http://shop.test/checkout", http_status_code="503", userEmail="ada@example.com",
    )  # fmt: skip
    (session,) = rows(own, "SELECT * FROM otel_sessions")
    assert (session["SessionId"], session["UserId"], session["UserEmail"]) == (SESSION, *["ada@example.com"] * 2)
    assert (session["StartTime"], session["EndTime"]) == (f"{DAY} 10:00:00.000", f"{DAY} 10:01:33.000")
    assert session["Duration"] == 93_000
    assert (session["DeviceType"], session["OS"], session["Browser"]) == ("desktop", "Linux", "Chrome")
    assert (session["Country"], session["City"]) == ("", "")
    assert [session[name] for name in ("PageViews", "Interactions", "Requests", "ErrorCount")] == [2, 1, 1, 1]
    assert sorted(session["TraceIds"]) == [load, failed]
    told = list(zip(session["Events.Type"], session["Events.Name"], strict=True))
    assert told == [
        ("navigation", "/"),
        ("navigation", "/basket"),
        ("action", "place order"),
        ("request", "POST /checkout"),
    ]
    assert session["Events.Attributes"][3]["http.status_code"] == "503"
    assert rows(own, f"SELECT SessionId FROM otel_sessions WHERE has(TraceIds, '{failed}')") == [{"SessionId": SESSION}]


def test_a_session_that_goes_on_after_midnight_stays_one(own: EmbeddedServer) -> None:
    browser = Browser(own)
    browser.span("documentLoad", f"{DAY_BEFORE} 23:59:00")
    browser.span("routeChange", f"{DAY} 00:01:00")
    (session,) = rows(own, "SELECT * FROM otel_sessions")
    assert (session["PageViews"], session["Duration"]) == (2, 120_000)


def test_what_services_send_is_no_session(own: EmbeddedServer) -> None:
    own.query("INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ServiceName) VALUES (now64(9), 'a', 'b', 'shop')")
    assert rows(own, "SELECT * FROM otel_sessions") == []


def test_a_browser_without_end_makes_no_row_without_end(own: EmbeddedServer) -> None:
    for first in (0, 3000, 6000):
        own.query(
            "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, ServiceName, ResourceAttributes,"
            f" StatusCode) SELECT toDateTime64('{DAY} 10:00:00', 9) + number, toString(number + {first}), 's',"
            f" 'onerror', 'storefront', map('rum.sessionId', '{SESSION}'), 'Error' FROM numbers(3000)"
        )
    own.query("OPTIMIZE TABLE otel_traces_rollup_sessions FINAL")
    (kept,) = rows(own, "SELECT length(TraceIds) AS t, length(Events) AS e FROM otel_traces_rollup_sessions")
    assert kept == {"t": 1000, "e": 1000}
    (session,) = rows(own, "SELECT ErrorCount FROM otel_sessions")
    assert session["ErrorCount"] == 9000


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0",
         ("desktop", "Windows", "Firefox")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1 Mobile/15E148"
         " Safari/604.1", ("mobile", "iOS", "Safari")),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
         ("tablet", "Android", "Chrome")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
         " Edg/140.0.0.0", ("desktop", "macOS", "Edge")),
        ("Mozilla/5.0 (compatible; Seekerbot/2.1)", ("bot", "", "")),
        ("", ("", "", "")),
    ],
)  # fmt: skip
def test_the_user_agent_tells_device_system_and_browser(
    own: EmbeddedServer, agent: str, told: tuple[str, str, str]
) -> None:
    Browser(own, agent=agent).span("documentLoad", f"{DAY} 10:00:00")
    (session,) = rows(own, "SELECT * FROM otel_sessions")
    assert (session["DeviceType"], session["OS"], session["Browser"]) == told


def test_a_recording_reads_in_order_with_its_requests(own: EmbeddedServer) -> None:
    browser = Browser(own)
    events: list[dict[str, Any]] = [
        {"type": 4, "data": {"href": "http://shop.test/", "width": 1280, "height": 900}},
        {"type": 2, "data": {"node": {}}},
        {"type": 3, "data": {"source": 1}},
        {"type": 3, "data": {"source": 3}},
        {"type": 3, "data": {"source": 5, "text": "***"}},
        {"type": 3, "data": {"source": 0}},
        {"type": 5, "data": {"tag": "mark"}},
    ]
    for number, event in enumerate(events, start=1):
        browser.event(number, f"{DAY} 10:00:0{number}", event)
    browser.span(
        "HTTP GET", f"{DAY} 10:00:03.5", component="fetch", http_method="GET", http_url="/cart", milliseconds=5
    )
    Browser(own, session="other").event(1, f"{DAY} 10:00:00", events[0])
    recorded = rows(
        own, f"SELECT * FROM session_replay_events WHERE SessionId = '{SESSION}' ORDER BY Timestamp, SequenceNumber"
    )
    kinds = [event["EventType"] for event in recorded]
    assert kinds == ["page", "dom", "mouse", "network", "scroll", "input", "dom", "custom"]
    assert [event["SequenceNumber"] for event in recorded] == [1, 2, 3, 0, 4, 5, 6, 7]
    assert json.loads(recorded[0]["EventData"]) == events[0]
    assert json.loads(recorded[3]["EventData"])["url"] == "/cart"


def test_how_long_they_are_kept_is_a_setting_each(tmp_path: Path) -> None:
    def days(server: EmbeddedServer) -> tuple[int, int]:
        """How many of thirty daily recordings and sessions are kept."""
        server.query("TRUNCATE TABLE otel_traces_rollup_sessions")
        server.query("TRUNCATE TABLE hyperdx_sessions")
        server.query(
            "INSERT INTO hyperdx_sessions (Timestamp, ServiceName) SELECT now64(9) - number * 86400 - 60, 'storefront'"
            " FROM numbers(30)"
        )
        server.query(
            "INSERT INTO otel_traces_rollup_sessions (Day, SessionId) SELECT today() - number, toString(number)"
            " FROM numbers(30)"
        )
        counted = [
            server.query(f"OPTIMIZE TABLE {table} FINAL") or int(server.query(f"SELECT count() FROM {table}"))
            for table in ("hyperdx_sessions", "otel_traces_rollup_sessions")
        ]
        return int(counted[0]), int(counted[1])

    server = EmbeddedServer(tmp_path / "data")
    assert days(server) == (7, 30)
    server.stop()
    server = EmbeddedServer(
        tmp_path / "data", environment={"REPLAY_RETENTION_DAYS": "2", "SESSION_RETENTION_DAYS": "5"}
    )
    assert days(server) == (2, 5)
    server.stop()
