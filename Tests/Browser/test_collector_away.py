"""While the collector is away the shop is open, its page takes no notice, and what is lost is counted."""

from __future__ import annotations

import json
import time

from running_suite import RunningSuite
from waiting import until

from browser_batches import attributes, post
from conftest import OpenShop
from stopped_process import without_collector
from stored_telemetry import StoredTelemetry

_LAMP = "lumen-lamp"
_MOST_WAITING = 8 << 20


def large_batch(number: int, characters: int) -> bytes:
    """A span of a page that has much to say."""
    span = {
        "traceId": f"{number:032x}",
        "spanId": f"{number:016x}",
        "name": "large",
        "kind": 1,
        "startTimeUnixNano": str(time.time_ns()),
        "endTimeUnixNano": str(time.time_ns()),
        "attributes": attributes({"message": "x" * characters}),
    }
    resource = {"attributes": attributes({"service.name": "storefront", "rum.sessionId": "1a26e" + "0" * 27})}
    scopes = [{"scope": {"name": "custom-action"}, "spans": [span]}]
    return json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": scopes}]}).encode()


def dropped(stored: StoredTelemetry, reason: str) -> int:
    """How many batches the shop says that it has dropped for a reason."""
    return int(
        stored.value(
            "SELECT max(Value) FROM otel_metrics_sum WHERE MetricName = 'shop.browser_telemetry.dropped'"
            " AND Attributes['reason'] = {reason:String}",
            reason=reason,
        )
        or 0
    )


def test_a_visit_goes_on_without_the_collector_and_what_was_lost_is_told(
    suite: RunningSuite, open_shop: OpenShop
) -> None:
    stored = StoredTelemetry(suite)
    shop = open_shop()
    shop.wait_for_recorder()
    session = shop.session()
    until(lambda: stored.names(session).get("documentLoad"))
    lost = dropped(stored, "no_room")
    with without_collector(suite):
        shop.add(_LAMP)
        shop.cart()
        shop.pay()
        assert shop.heading() == "Thank you!"
        # More than waits for the collector.
        sizes = [1_000_000] * (_MOST_WAITING // 1_000_000 + 1)
        assert [post(suite, "traces", large_batch(*each)) for each in enumerate(sizes, 1)] == [202] * len(sizes)
        assert set(shop.services().values()) == {"ok"}
    assert shop.complaints() == [], "the page has noticed nothing"
    until(lambda: dropped(stored, "no_room") > lost)
    shop.department("books")
    shop.leave()
    until(lambda: stored.names(session).get("webvitals") == 5)
