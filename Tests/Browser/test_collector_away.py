"""While the collector is away the shop is open, its page takes no notice, and what is lost is counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from running_suite import RunningSuite
from waiting import until

from browser_batches import post
from conftest import OpenShop
from stopped_process import without_collector
from stored_telemetry import StoredTelemetry

_LAMP = "lumen-lamp"
_MOST_WAITING = 8 << 20


@pytest.fixture(scope="module")
def suite(recorder: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSuite]:
    # Its own: what other tests look at shall have no gap.
    running = RunningSuite(tmp_path_factory.mktemp("away") / "data", {"OTEL_METRIC_EXPORT_INTERVAL": "1000"})
    yield running
    running.stop()


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
        # More than waits for the collector, and nothing to be stored.
        batches = [b'{"resourceSpans":[]}'.ljust(1_000_000)] * (_MOST_WAITING // 1_000_000 + 1)
        assert [post(suite, "traces", batch) for batch in batches] == [202] * len(batches)
        assert set(shop.services().values()) == {"ok"}
    assert shop.complaints() == [], "the page has noticed nothing"
    until(lambda: dropped(stored, "no_room") > lost)
    shop.department("books")
    shop.leave()
    until(lambda: stored.names(session).get("webvitals") == 5)
