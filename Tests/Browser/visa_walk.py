"""Takes the pictures of docs/walkthroughs/visa_cache_full.md anew, from a running suite in which it has happened.

    ./demo up --detach --scenario visa_cache_full --browsers 1     # and ten minutes later
    python Tests/Browser/visa_walk.py --url http://localhost:8123 --screenshots docs/images/visa_cache_full

Each step opens what the page tells to open and clicks what it tells to click; one that does not show what it must ends
the script with its name. It needs Debian's chromium and chromium-driver.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from clickstack_pages import ClickStackPages, NotShown
from headless_chromium import NotInstalled

SHOP = "sample-ecommerce-app"
PAYMENT = "payment-service"
CUSTOMER = "Braulio.Roberts23@hotmail.com"

_WINDOW = """
SELECT
    toUnixTimestamp(minIf(TimeUnix, Value > 48)) AS began,
    toUnixTimestamp(maxIf(TimeUnix, Value > 48)) AS full,
    toUnixTimestamp(max(TimeUnix)) AS ended
FROM otel_metrics_gauge
WHERE ServiceName = 'payment-service' AND MetricName = 'visa_validation_cache.size'
  AND TimeUnix > now() - INTERVAL 3 HOUR
"""


@dataclass(frozen=True)
class Window:
    """When it happened, in seconds since 1970."""

    began: int
    full: int
    ended: int

    def around(self) -> dict[str, str]:
        """All of it, as the address of a page has it."""
        return {"from": str((self.began - 90) * 1000), "to": str((self.ended + 15) * 1000), "isLive": "false"}


class Walk:
    """The steps, in the order of the page."""

    def __init__(self, pages: ClickStackPages, window: Window) -> None:
        self._pages = pages
        self._window = window

    def error_bar(self) -> None:
        """Search: the bars of the last minutes turn red."""
        self._search("logs", "")
        self._pages.shoot("01-errors-over-time")

    def failed_orders(self) -> None:
        """Search, errors only: ``Failed to place order``, and one of them with its cause."""
        failed = f'ServiceName:{SHOP} SeverityText:ERROR "Failed to place order"'
        self._search("logs", failed)
        self._pages.shoot("02-failed-to-place-order")
        # Payments that were late fail to place an order, too.
        where = "Body = 'Failed to place order' AND LogAttributes['cause'] LIKE '%Visa cache full%'"
        asked = {"source": "logs", "where": where, "whereLanguage": "sql"}
        self._pages.open("search", {**asked, **self._window.around()})
        self._pages.open_row("Failed to place order")
        self._pages.wait_for_text("Visa cache full: cannot add new item.")
        self._pages.shoot("03-cause")

    def front_is_flat(self) -> None:
        """The Infrastructure tab of that event: nothing has changed."""
        self._pages.open_tab("infrastructure")
        self._pages.wait_for_charts(6)
        self._pages.shoot("04-infrastructure-of-the-shop")

    def trace(self) -> None:
        """Its Trace tab: the error comes from payment-service."""
        self._pages.open_tab("trace")
        self._pages.wait_for_text(PAYMENT)
        self._pages.shoot("05-trace")

    def payment_errors(self) -> None:
        """Traces of payment-service, errors only."""
        self._search("traces", f'ServiceName:{PAYMENT} StatusCode:Error SpanName:"POST /process"')
        self._pages.shoot("06-errors-of-payment-service")

    def payment_climbs(self) -> None:
        """The Infrastructure tab of one: memory and processor climb and fall."""
        self._pages.open_row("POST /process")
        self._pages.open_tab("infrastructure")
        self._pages.wait_for_charts(6)
        self._pages.shoot("07-infrastructure-of-payment-service")

    def event_deltas(self) -> None:
        """Event Deltas: a box around the slow ones, which are Visa."""
        where = f'ServiceName:{PAYMENT} SpanName:"POST /process"'
        self._pages.open("search", {"source": "traces", **_lucene(where), "mode": "delta", **self._window.around()})
        self._pages.wait_for_heatmap()
        self._pages.select_slowest()
        self._pages.wait_for_text("card_type")
        self._pages.shoot("08-event-deltas")

    def duration_by_card(self) -> None:
        """Chart Explorer: the longest payments, by card."""
        payments = f'ServiceName:{PAYMENT} SpanName:"POST /process"'
        select = {"aggFn": "max", "valueExpression": "Duration", "aggCondition": payments}
        group = "SpanAttributes['app.payment.card_type']"
        self._chart("traces", select, group)
        self._pages.wait_for_text("visa")
        self._pages.shoot("09-duration-by-card")

    def cache_size(self) -> None:
        """Chart Explorer: the size of the cache."""
        name = {"metricName": "visa_validation_cache.size", "metricType": "gauge"}
        select = {"aggFn": "max", "valueExpression": "Value", "aggCondition": f"ServiceName:{PAYMENT}", **name}
        self._chart("metrics", select, "")
        self._pages.shoot("10-cache-size")

    def session_of_the_customer(self) -> None:
        """Client Sessions: who complained, with the errors that he met."""
        # Without a source in its address the page forgets the time that is there.
        asked = {"sessionSource": "sessions", **_lucene("SpanAttributes.userEmail: Braulio")}
        self._pages.open("sessions", {**asked, **self._window.around()})
        self._pages.wait_for_sessions(CUSTOMER)
        self._pages.shoot("11-client-sessions")

    def replay_of_the_failure(self) -> None:
        """His session: the replay at the moment in which the shop says that it failed."""
        self._pages.open_session(CUSTOMER)
        self._pages.play("500 POST", until="Failed to place order")
        self._pages.shoot("12-replay")

    def trace_of_the_customer(self) -> None:
        """The Trace tab of the request that failed: from his browser to payment-service."""
        self._pages.open_event("500 POST")
        self._pages.open_tab("trace")
        self._pages.open_line(f"{PAYMENT} | Visa cache full")
        self._pages.shoot("13-trace-from-the-browser")

    def _search(self, source: str, where: str) -> None:
        self._pages.open("search", {"source": source, **_lucene(where), **self._window.around()})
        self._pages.wait_for_rows()

    def _chart(self, source: str, select: dict[str, str], group: str) -> None:
        configuration = {
            "name": "",
            "select": [{"aggConditionLanguage": "lucene", **select}],
            "where": "",
            "whereLanguage": "lucene",
            "displayType": "line",
            "granularity": "30 second",
            "source": source,
            "connection": "local",
            "groupBy": group,
        }
        self._pages.open("chart", {"config": json.dumps(configuration), **self._window.around()})
        self._pages.wait_for_charts(1)


STEPS = (
    Walk.error_bar,
    Walk.failed_orders,
    Walk.front_is_flat,
    Walk.trace,
    Walk.payment_errors,
    Walk.payment_climbs,
    Walk.event_deltas,
    Walk.duration_by_card,
    Walk.cache_size,
    Walk.session_of_the_customer,
    Walk.replay_of_the_failure,
    Walk.trace_of_the_customer,
)


def main() -> None:
    """Parses the command line; exits with status 1 and one line when a step does not show what it must."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://localhost:8123", help="where ClickHouse and the UI answer")
    parser.add_argument("--database", default="o11y")
    parser.add_argument("--screenshots", type=Path, default=Path("run/screenshots/visa_cache_full"))
    parser.add_argument("--seconds", type=float, default=60, help="how long a page may take to show what it must")
    options = parser.parse_args()
    try:
        pages = ClickStackPages(options.url, options.screenshots, options.seconds)
    except NotInstalled as missing:
        sys.exit(str(missing))
    try:
        walk = Walk(pages, _window(options.url, options.database))
        for step in STEPS:
            print(step.__name__, flush=True)
            step(walk)
    except NotShown as missing:
        sys.exit(f"{missing}\npictures are in {options.screenshots}")
    finally:
        pages.close()


def _window(url: str, database: str) -> Window:
    address = url.rstrip("/") + "/?" + urllib.parse.urlencode({"database": database, "default_format": "JSONEachRow"})
    with urllib.request.urlopen(address, _WINDOW.encode(), timeout=60) as answer:
        row: dict[str, Any] = json.loads(answer.read())
    window = Window(int(row["began"]), int(row["full"]), int(row["ended"]))
    if window.began == 0:
        raise NotShown("the cache has not grown in the last three hours: ./demo up --scenario visa_cache_full")
    print(
        f"from {datetime.fromtimestamp(window.began, timezone.utc):%H:%M:%S} to {window.ended - window.began} s later"
    )
    return window


def _lucene(where: str) -> dict[str, str]:
    return {"where": where, "whereLanguage": "lucene"}


if __name__ == "__main__":
    main()
