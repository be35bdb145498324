"""What strangers send as telemetry of browsers is data: it runs nowhere, and the shop's own figures do not move."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from running_suite import RunningSuite
from waiting import until

from browser_batches import JSON, attributes, post
from client_sessions import ClientSessions
from stored_telemetry import StoredTelemetry

_SCRIPT = "window.executed = top.executed = 1"
_MARKUP = f'<img src="x" onerror="{_SCRIPT}"><script>{_SCRIPT}</script>'


@pytest.fixture
def stored(suite: RunningSuite) -> StoredTelemetry:
    return StoredTelemetry(suite)


def element(number: int, tag: str, attributes: dict[str, str], *children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 2, "id": number, "tagName": tag, "attributes": attributes, "childNodes": list(children)}


def text(number: int, content: str) -> dict[str, Any]:
    return {"type": 3, "id": number, "textContent": content}


def hostile_session(session: str) -> dict[str, bytes]:
    """A session whose every text is a script, and a replay of a page with some."""
    now = time.time_ns()
    resource = {"attributes": attributes({"service.name": "storefront", "rum.sessionId": session})}
    spans = [
        {
            "traceId": session,
            "spanId": f"{number:016x}",
            "name": name,
            "kind": 1,
            "startTimeUnixNano": str(now + number * 1_000_000),
            "endTimeUnixNano": str(now + number * 1_000_000 + 1),
            "status": {"code": 2, "message": _MARKUP},
            "attributes": attributes(
                {
                    "component": component,
                    "location.href": f"javascript:{_SCRIPT}",
                    "http.url": f"javascript:{_SCRIPT}",
                    "http.method": _MARKUP,
                    "http.status_code": "500",
                    "userEmail": _MARKUP,
                    "error.message": _MARKUP,
                    "exception.message": _MARKUP,
                    "message": _MARKUP,
                }
            ),
        }
        for number, (name, component) in enumerate(
            (("record init", ""), ("routeChange", "user-interaction"), ("HTTP GET", "fetch"), (_MARKUP, "error")), 1
        )
    ]
    page = {
        "type": 0,
        "id": 1,
        "childNodes": [
            element(
                2,
                "html",
                {},
                element(3, "head", {}, element(4, "script", {}, text(5, _SCRIPT))),
                element(
                    6,
                    "body",
                    {"onload": _SCRIPT},
                    text(7, "This was recorded."),
                    element(8, "img", {"src": "x", "onerror": _SCRIPT}),
                    element(9, "iframe", {"srcdoc": f"<script>{_SCRIPT}</script>"}),
                    element(10, "a", {"href": f"javascript:{_SCRIPT}"}, text(11, "a link")),
                    element(12, "script", {}, text(13, _SCRIPT)),
                ),
            )
        ],
    }
    events = [
        {
            "type": 4,
            "data": {"href": f"javascript:{_SCRIPT}", "width": 800, "height": 600},
            "timestamp": now // 1_000_000,
        },
        {
            "type": 2,
            "data": {"node": page, "initialOffset": {"left": 0, "top": 0}},
            "timestamp": now // 1_000_000 + 1,
        },
        {"type": 3, "data": {"source": 3, "id": 1, "x": 0, "y": 0}, "timestamp": now // 1_000_000 + 2_000},
    ]
    logs = [
        {
            "timeUnixNano": str(event["timestamp"] * 1_000_000),
            "body": {"stringValue": json.dumps(event, separators=(",", ":"))},
            "attributes": attributes({"rr-web.event": str(number), "rr-web.chunk": "1", "rr-web.total-chunks": "1"}),
        }
        for number, event in enumerate(events, 1)
    ]
    scope = {"name": "custom-action"}
    traces = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": spans}]}]}
    replay = {"resourceLogs": [{"resource": resource, "scopeLogs": [{"scope": scope, "logRecords": logs}]}]}
    return {"traces": json.dumps(traces).encode(), "logs": json.dumps(replay).encode()}


def test_a_script_in_what_was_sent_runs_nowhere(
    suite: RunningSuite, sessions: ClientSessions, stored: StoredTelemetry
) -> None:
    session = "badc0de5" * 4
    for signal, body in hostile_session(session).items():
        assert post(suite, signal, body) == 202
    until(lambda: len(stored.names(session)) == 4 and len(stored.replay(session)) == 3)
    assert "onerror" in sessions.card(session)
    assert sessions.marks() == ""
    sessions.open(session)
    assert "This was recorded." in sessions.replayed()
    assert any("onerror" in event for event in sessions.events())
    assert sessions.marks() == ""
    assert sessions.has_replay(session, "record init")
    assert sessions.marks() == ""


def served(stored: StoredTelemetry) -> dict[str, int]:
    """How many requests the shop says that it has answered, by route and status."""
    rows = stored.rows(
        "SELECT concat(Attributes['http.route'], ' ', Attributes['url.path'], ' ',"
        " Attributes['http.response.status_code']) AS what, sum(answered) AS requests FROM ("
        "SELECT Attributes, StartTimeUnix, max(Count) AS answered FROM otel_metrics_histogram"
        " WHERE ServiceName = 'sample-ecommerce-app' AND MetricName = 'http.server.request.duration'"
        " GROUP BY Attributes, StartTimeUnix) GROUP BY 1"
    )
    return {row["what"]: int(row["requests"]) for row in rows}


def at_once(count: int, action: Callable[[], object]) -> None:
    threads = [threading.Thread(target=action) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_shops_own_figures_do_not_move(suite: RunningSuite, stored: StoredTelemetry) -> None:
    shop = suite.origin("SAMPLE_APP_PORT")
    host, _, port = shop.removeprefix("http://").partition(":")
    statuses: list[int] = []
    slow = [socket.create_connection((host, int(port)), timeout=60) for _ in range(20)]
    for each in slow:
        head = f"POST /telemetry/v1/logs HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {shop}\r\n"
        each.sendall(f"{head}Content-Type: {JSON}\r\nContent-Length: 1000\r\n\r\n{{".encode())
    before = served(stored)
    at_once(8, lambda: statuses.append(post(suite, "logs", b"x" * 10_000_000)))
    at_once(40, lambda: statuses.append(post(suite, "traces", b"{}", origin="https://elsewhere.example")))
    at_once(40, lambda: statuses.append(post(suite, "traces", b"<xml/>", kind="text/xml")))
    at_once(40, lambda: statuses.append(post(suite, "traces", b"not JSON")))
    visits = 25
    for _ in range(visits):
        with urllib.request.urlopen(f"{shop}/products/lumen-lamp", timeout=60) as answer:
            assert answer.status == 200
    for each in slow:
        # They are told that it took them too long, or not even that.
        assert each.recv(12) in (b"HTTP/1.1 408", b"")
        each.close()
    assert set(statuses) <= {0, 202, 403, 413, 415, 429} and {403, 415} <= set(statuses)

    def difference() -> dict[str, int]:
        after = served(stored)
        return {what: count - before.get(what, 0) for what, count in after.items() if count > before.get(what, 0)}

    def is_visit(what: str) -> bool:
        return what.startswith("/products/{id} ")

    until(lambda: sum(count for what, count in difference().items() if is_visit(what)) == visits)
    # The services' health may be asked at any time.
    others = {what for what in difference() if not is_visit(what) and not what.startswith(("/ready", "/health"))}
    assert others == set()
    assert not any(what.startswith("/telemetry") for what in served(stored))
    spans = "SELECT count() FROM otel_traces WHERE ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server'"
    assert stored.value(f"{spans} AND SpanAttributes['url.path'] LIKE '/telemetry%'") == 0

    def reasons() -> set[str]:
        drops = "SELECT DISTINCT Attributes['reason'] AS reason FROM otel_metrics_sum"
        rows = stored.rows(f"{drops} WHERE MetricName = 'shop.browser_telemetry.dropped' AND Value > 0")
        return {row["reason"] for row in rows}

    until(lambda: {"foreign", "too_large", "too_slow", "unreadable"} <= reasons())
