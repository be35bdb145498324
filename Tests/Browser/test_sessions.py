"""A visit with a real browser is a session in HyperDX, with its errors and its replay, and nothing that was typed."""

from __future__ import annotations

import json
import re

import pytest
from running_suite import RunningSuite
from waiting import until

from client_sessions import ClientSessions
from conftest import SCREENSHOTS, OpenShop
from service_map import EDGES, NODES, SHOP, Pages
from stored_telemetry import OF_SESSION, StoredTelemetry

_BOOK = "atlas-of-tea"
_LAMP = "lumen-lamp"
_CARDS = {
    "Visa, accepted (4242)": "4242424242424242",
    "Mastercard, accepted (4444)": "5555555555554444",
    "Visa, declined (0002)": "4000000000000002",
    "Visa, insufficient funds (9995)": "4000000000009995",
}
# The tiles of HyperDX's dashboard template "Browser RUM" that every visit has something for.
_RUM_TILES = {
    "Page Views": "SpanName IN ('documentLoad', 'routeChange')",
    "Page Load": "SpanName = 'documentLoad' AND Duration > 0",
    "LCP": "SpanName = 'webvitals' AND toFloat64OrZero(SpanAttributes['lcp']) > 0",
    "INP": "SpanName = 'webvitals' AND toFloat64OrZero(SpanAttributes['inp']) > 0",
    "CLS": "SpanName = 'webvitals' AND mapContains(SpanAttributes, 'cls')",
    "Sessions w/ Errors": "lower(StatusCode) = 'error'",
    "Top URLs": "SpanName = 'documentLoad' AND SpanAttributes['location.href'] != ''",
    "Top Browsers": "SpanName = 'documentLoad' AND SpanAttributes['http.user_agent'] LIKE '%Chrome/%'",
    "Device Sizes": "SpanName = 'documentLoad' AND match(SpanAttributes['screen.xy'], '^[0-9]+x[0-9]+$')",
    "Memory": "toFloat64OrZero(SpanAttributes['performance.memory.usedJSHeapSize']) > 0",
    "JS Errors": "lower(StatusCode) = 'error' AND SpanAttributes['component'] = 'error'"
    " AND SpanAttributes['exception.message'] != ''",
    "AJAX Errors": "SpanAttributes['component'] = 'fetch'"
    " AND toUInt16OrZero(SpanAttributes['http.status_code']) >= 400",
    "Environment": "ResourceAttributes['deployment.environment'] = 'demo'",
    "Service Version": "ResourceAttributes['service.version'] != ''",
}  # fmt: skip


@pytest.fixture(scope="module")
def stored(suite: RunningSuite) -> StoredTelemetry:
    return StoredTelemetry(suite)


def test_a_visit_that_fails_is_a_session_with_its_replay_and_leads_to_its_trace(
    suite: RunningSuite, open_shop: OpenShop, sessions: ClientSessions, stored: StoredTelemetry
) -> None:
    shop = open_shop()
    shop.wait_for_recorder()
    shop.add(_LAMP)
    shop.cart()
    shop.pay(email="Braulio.Roberts23@hotmail.com")
    assert shop.heading() == "Thank you!"
    shop.department("books")
    shop.add(_BOOK)
    shop.cart()
    suite.arm("SAMPLE_APP_ADMIN_PORT", "bad_release", 60, 1)
    try:
        shop.pay(email="Braulio.Roberts23@hotmail.com")
    finally:
        suite.disarm("SAMPLE_APP_ADMIN_PORT", "bad_release")
    assert "Failed to place order" in shop.message()
    shop.break_search()
    session = shop.session()
    shop.leave()
    until(lambda: stored.names(session).get("webvitals") == 5)

    card = sessions.card(session, where="SpanAttributes.userEmail: Braulio")
    assert "Braulio.Roberts23@hotmail.com" in card and "2 Errors" in card
    sessions.open(session)
    assert "Lumen Desk Lamp" in sessions.replayed()
    events = sessions.events()
    for seen in ("Add to cart", "Place order", "Order placed", "Cannot read properties of null"):
        assert any(seen in event for event in events), seen
    assert any("500" in event and "/checkout" in event for event in events)
    sessions.play(until="Failed to place order")

    (failed,) = stored.rows(
        f"SELECT TraceId FROM otel_traces WHERE {OF_SESSION} AND SpanName = 'HTTP POST' AND StatusCode = 'Error'",
        session=session,
    )
    assert sessions.has_replay(failed["TraceId"], "POST /checkout")
    for tile, condition in _RUM_TILES.items():
        rows = stored.value(f"SELECT count() FROM otel_traces WHERE {OF_SESSION} AND ({condition})", session=session)
        assert rows > 0, tile


def test_the_browser_is_the_root_of_the_shops_traces_and_joins_the_map(
    suite: RunningSuite, open_shop: OpenShop, stored: StoredTelemetry
) -> None:
    shop = open_shop()
    shop.wait_for_recorder()
    session = shop.session()
    shop.add(_LAMP)
    shop.cart()
    shop.pay()
    assert shop.heading() == "Thank you!"
    shop.leave()
    call, *_ = until(
        lambda: stored.rows(
            "SELECT TraceId, SpanId, ParentSpanId, SpanKind FROM otel_traces"
            f" WHERE {OF_SESSION} AND SpanName = 'HTTP POST' ORDER BY Timestamp",
            session=session,
        )
    )
    assert call["ParentSpanId"] == "" and call["SpanKind"] == "Client"
    (server,) = until(
        lambda: stored.rows(
            "SELECT SpanName, ParentSpanId, ServiceName FROM otel_traces WHERE TraceId = {trace:String}"
            " AND SpanKind = 'Server' AND ServiceName = {shop:String}",
            trace=call["TraceId"],
            shop=SHOP,
        )
    )
    assert server["SpanName"] == "POST /cart/add" and server["ParentSpanId"] == call["SpanId"]

    def edges() -> set[tuple[str, str]]:
        rows = stored.rows(
            "SELECT DISTINCT client.ServiceName AS caller, server.ServiceName AS callee FROM otel_traces AS server"
            " JOIN otel_traces AS client ON client.TraceId = server.TraceId AND client.SpanId = server.ParentSpanId"
            " WHERE server.SpanKind IN ('Server', 'Consumer') AND client.SpanKind IN ('Client', 'Producer')"
            " AND server.ServiceName IN {services:Array(String)} AND caller != callee",
            services=json.dumps(sorted(NODES)).replace('"', "'"),
        )
        return {(row["caller"], row["callee"]) for row in rows}

    with_browsers = EDGES | {("storefront", SHOP)}
    until(lambda: edges() >= with_browsers)
    assert edges() == with_browsers
    screenshots = SCREENSHOTS / "sessions"
    screenshots.mkdir(parents=True, exist_ok=True)
    pages = Pages(suite.origin("CLICKHOUSE_HTTP_PORT"), screenshots, 60)
    try:
        nodes, shown = pages.service_map(NODES | {"storefront"}, with_browsers)
    finally:
        pages.close()
    assert nodes == NODES | {"storefront"} and shown == with_browsers


def test_nothing_that_was_typed_is_stored(open_shop: OpenShop, stored: StoredTelemetry) -> None:
    shop = open_shop()
    shop.wait_for_recorder()
    shop.search("zebra quilt")
    # Its address is then part of how the page was loaded.
    shop.reload()
    shop.wait_for_recorder()
    shop.department("books")
    shop.add(_BOOK)
    shop.cart()
    for name, number in _CARDS.items():
        shop.fill("#cvc", "9174")
        shop.pay(email="grace.h@example.org", test_card=name, number=number)
        if shop.heading() == "Thank you!":
            shop.department("books")
            shop.add(_BOOK)
            shop.cart()
    session = shop.session()
    shop.leave()
    until(lambda: stored.names(session).get("webvitals") == 10, "the vitals of two pages")
    until(lambda: "Payment" in json.dumps(stored.replay(session)))

    everything = {table: stored.text(f"SELECT * FROM {table} FORMAT JSONEachRow") for table in stored.tables()}
    assert {"otel_traces", "otel_logs", "hyperdx_sessions", "otel_traces_rollup_sessions"} <= set(everything)
    for number in _CARDS.values():
        # The digits of a longer number are no card: 0.24000000000000002 is a sum of seconds.
        card = re.compile(rf"(?<![0-9])(?<![0-9]\.){number}(?![0-9])")
        assert [table for table, text in everything.items() if card.search(text)] == []
    # What is not as long may be part of something else.
    replay = everything["hyperdx_sessions"]
    assert "9174" not in stored.value(
        f"SELECT groupUniqArrayArray(splitByNonAlpha(Body)) FROM hyperdx_sessions WHERE {OF_SESSION}", session=session
    )
    for typed in ("zebra", "quilt", "grace.h"):
        assert typed not in replay, typed
        spans = stored.rows(
            "SELECT SpanAttributes FROM otel_traces"
            f" WHERE {OF_SESSION} AND toString(SpanAttributes) LIKE {{typed:String}}",
            session=session,
            typed=f"%{typed}%",
        )
        # Whom a session is of is told when the customer has said it, and nowhere else.
        elsewhere = [key for span in spans for key, text in span["SpanAttributes"].items() if typed in text]
        assert set(elsewhere) == ({"userEmail"} if typed == "grace.h" else set()), typed


def test_what_happens_in_the_last_moment_of_a_page_is_stored(open_shop: OpenShop, stored: StoredTelemetry) -> None:
    shop = open_shop()
    shop.wait_for_recorder()
    session = shop.session()
    shop.add(_LAMP)
    shop.leave()
    names = until(lambda: (found := stored.names(session)).get("visibility") and found)
    assert names["webvitals"] == 5 and names["Add to cart"] == 1 and names["HTTP POST"] == 1
    replay = until(lambda: (found := stored.replay(session)) and "is in your cart" in json.dumps(found) and found)
    assert [event["type"] for event in replay[:2]] == [4, 2]
    offsets = stored.rows(
        f"SELECT LogAttributes['rr-web.offset'] AS at FROM hyperdx_sessions WHERE {OF_SESSION} ORDER BY Timestamp",
        session=session,
    )
    assert [row["at"] for row in offsets] == [str(number) for number in range(1, len(offsets) + 1)]


def test_tabs_share_a_session_until_nobody_does_anything_for_a_while(
    open_shop: OpenShop, stored: StoredTelemetry
) -> None:
    shop = open_shop()
    shop.wait_for_recorder()
    first = shop.session()
    shop.other_tab("category/books")
    shop.wait_for_recorder()
    assert shop.session() == first

    shop.forget_session()
    second = shop.wait_for_another_session(than=first)
    shop.first_tab()
    shop.touch()
    assert shop.session() == second, "the other tab goes on with it"
    shop.age_session(milliseconds=4 * 60 * 60_000)
    third = shop.wait_for_another_session(than=second)
    shop.leave()

    for session, previous in ((second, first), (third, second)):
        until(lambda session=session: stored.names(session).get("record init"))
        replay = until(lambda session=session: stored.replay(session))
        assert [event["type"] for event in replay[:2]] == [4, 2], "it begins with the whole page"
        before = stored.value(
            f"SELECT groupUniqArray(ResourceAttributes['session.previous_id']) FROM otel_traces WHERE {OF_SESSION}",
            session=session,
        )
        assert previous in before


def test_without_its_recorder_a_visit_is_a_session_without_replay(open_shop: OpenShop, stored: StoredTelemetry) -> None:
    shop = open_shop(view="basket")
    shop.block("*/telemetry/recorder.js")
    shop.forget_session()
    shop.open()
    shop.add(_LAMP)
    session = shop.session()
    assert session
    shop.leave()
    names = until(lambda: (found := stored.names(session)).get("webvitals") == 5 and found)
    assert names["Add to cart"] == 1 and "record init" not in names
    assert stored.replay(session) == []


def test_the_page_works_where_nothing_of_it_can_be_sent(open_shop: OpenShop) -> None:
    shop = open_shop(view="basket")
    shop.block("*/telemetry/v1/*", "*/telemetry/settings")
    shop.open()
    shop.add(_LAMP)
    shop.cart()
    shop.pay()
    assert shop.heading() == "Thank you!"
