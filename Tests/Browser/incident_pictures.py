"""Takes the picture of each page of docs/walkthroughs/ anew, from a running suite in which the incidents have happened.

    ./demo up --detach --rate 15 --scenario clickhouse/history/record.yaml      # and a quarter of an hour later
    python Tests/Browser/incident_pictures.py run/truth/RUN-ID --screenshots docs/images/walkthroughs

Each opens what the page tells to open; one that does not show what it must ends the script with its name. It needs
Debian's chromium and chromium-driver. The walk of visa_cache_full has a script of its own, visa_walk.py.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from clickstack_pages import ClickStackPages, NotShown
from headless_chromium import NotInstalled

SHOP = "sample-ecommerce-app"
_AROUND_MILLISECONDS = 45_000

Show = Callable[[ClickStackPages, Mapping[str, str]], None]
"""Opens the page of a picture, in a time range as addresses have it, and waits for what it must show."""


def _trace(where: str, line: str) -> Show:
    """The waterfall of the first span that SQL finds, down to a line that has a text."""

    def show(pages: ClickStackPages, around: Mapping[str, str]) -> None:
        pages.open("search", {"source": "traces", "where": where, "whereLanguage": "sql", **around})
        pages.wait_for_rows()
        pages.open_row("")
        pages.open_tab("trace")
        pages.open_line(line)

    return show


def _record(where: str, text: str) -> Show:
    """The first log record that SQL finds."""

    def show(pages: ClickStackPages, around: Mapping[str, str]) -> None:
        pages.open("search", {"source": "logs", "where": where, "whereLanguage": "sql", **around})
        pages.wait_for_rows()
        pages.open_row("")
        pages.wait_for_text(text)

    return show


def _chart(source: str, select: Mapping[str, str], group: str, *texts: str) -> Show:
    """A line chart of Chart Explorer."""
    configuration = {
        "name": "",
        "select": [{"aggConditionLanguage": "sql", **select}],
        "where": "",
        "whereLanguage": "sql",
        "displayType": "line",
        "granularity": "15 second",
        "source": source,
        "connection": "local",
        "groupBy": group,
    }

    def show(pages: ClickStackPages, around: Mapping[str, str]) -> None:
        pages.open("chart", {"config": json.dumps(configuration), **around})
        pages.wait_for_charts(1)
        for text in texts:
            pages.wait_for_text(text)

    return show


def _gauge(name: str, group: str, *texts: str) -> Show:
    select = {"aggFn": "max", "valueExpression": "Value", "aggCondition": "", "metricName": name, "metricType": "gauge"}
    return _chart("metrics", select, group, *texts)


def _failed(service: str, span: str, more: str = "") -> str:
    return f"ServiceName = '{service}' AND SpanName = '{span}' AND StatusCode = 'Error'{more}"


_OF_THE_RELEASE = " AND SpanAttributes['service.version'] = '1.5.0'"

PICTURES: Mapping[str, Show] = {
    "payment_timeout": _trace(
        _failed(SHOP, "POST /checkout", " AND SpanAttributes['http.response.status_code'] = '504'"),
        "process_payment",
    ),
    "product_db_timeout": _trace(
        _failed(SHOP, "GET /products", " AND Duration > 9e8"), "inventory-service | database_query"
    ),
    "payment_gateway_error": _trace(_failed("payment-service", "payment_gateway_call"), "payment_gateway_call"),
    "intermittent_error": _record("LogAttributes['cause'] LIKE 'cart total mismatch%'", "the cart says"),
    "bad_release": _chart(
        "traces",
        {"aggFn": "count", "valueExpression": "", "aggCondition": _failed(SHOP, "checkout", _OF_THE_RELEASE)},
        "if(position(SpanAttributes['app.order.categories'], 'books') > 0, 'with books', 'without books')",
        "with books",
    ),
    "duplicate_payment": _chart(
        "logs",
        {"aggFn": "count", "valueExpression": "", "aggCondition": "Body = 'Order charged more than once'"},
        "Body",
        "Order charged more than once",
    ),
    "order_backlog": _gauge(
        "messaging.consumer_group.lag", "Attributes['messaging.consumer.group.name']", "picking", "replenishment"
    ),
    "cascade_failure": _gauge("inventory.audit.entries", "ServiceName", "inventory-service"),
}


def main() -> None:
    """Parses the command line; exits with status 1 and one line when a page does not show what it must."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="the folder of the run's record")
    parser.add_argument("--url", default="http://localhost:8123", help="where ClickHouse and the UI answer")
    parser.add_argument("--screenshots", type=Path, default=Path("run/screenshots/walkthroughs"))
    parser.add_argument("--seconds", type=float, default=60, help="how long a page may take to show what it must")
    parser.add_argument("--only", nargs="*", default=list(PICTURES), choices=list(PICTURES), help="these incidents")
    options = parser.parse_args()
    happened = {line["name"]: line for line in map(json.loads, (options.run / "injections.jsonl").open())}
    try:
        pages = ClickStackPages(options.url, options.screenshots, options.seconds)
    except NotInstalled as missing:
        sys.exit(str(missing))
    try:
        for name in options.only:
            print(name, flush=True)
            if name not in happened:
                raise NotShown(f"{name} did not happen in {options.run}")
            PICTURES[name](pages, _around(happened[name]))
            pages.shoot(name)
    except NotShown as missing:
        sys.exit(f"{missing}\npictures are in {options.screenshots}")
    finally:
        pages.close()


def _around(incident: Mapping[str, str]) -> dict[str, str]:
    began, ended = (_milliseconds(incident[name]) for name in ("started_at", "ended_at"))
    return {
        "from": str(began - _AROUND_MILLISECONDS),
        "to": str(ended + _AROUND_MILLISECONDS),
        "isLive": "false",
    }


def _milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment[:26] + "+00:00").timestamp() * 1000)


if __name__ == "__main__":
    main()
