"""Opens HyperDX's pages of a running suite in a fresh browser and checks that they show the shop.

    python Tests/Browser/service_map.py --url http://localhost:8123 --screenshots run/screenshots

It needs Debian's chromium and chromium-driver. Nothing is clicked: what a page shows is what a
person sees who opens the link. The exit status is not 0 when a page does not show it in time;
screenshots are kept either way.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from event_rows import EventRows
from headless_chromium import NotInstalled, open_chromium

SHOP = "sample-ecommerce-app"
INVENTORY = "inventory-service"
PAYMENT = "payment-service"
NODES = {SHOP, INVENTORY, PAYMENT}
EDGES = {(SHOP, INVENTORY), (SHOP, PAYMENT)}

_SERVICES_OF_A_CHECKOUT = """
SELECT TraceId, toUInt32(count()) AS spans FROM otel_traces
WHERE Timestamp > now() - INTERVAL 1 HOUR
GROUP BY TraceId
HAVING uniqExact(ServiceName) = 3 AND max(Timestamp) < now() - INTERVAL 5 SECOND
ORDER BY max(Timestamp) DESC LIMIT 1
FORMAT JSONEachRow
"""
_T = TypeVar("_T")


class Missing(Exception):
    """What a page did not show."""


class Pages:
    """The UI in a browser with a profile that has never seen it."""

    def __init__(self, url: str, screenshots: Path, seconds: float) -> None:
        self._browser = open_chromium()
        self._url = url.rstrip("/")
        self._screenshots = screenshots
        self._seconds = seconds

    def close(self) -> None:
        """Ends the browser."""
        self._browser.quit()

    def service_map(
        self, nodes: set[str] = NODES, edges: set[tuple[str, str]] = EDGES
    ) -> tuple[set[str], set[tuple[str, str]]]:
        """Opens the Service Map and returns its nodes and edges once both are as expected, or as they last were."""
        self._open("/clickstack/service-map?samplingFactor=1")
        self._until(lambda: self._nodes() == nodes and self._edges() == edges, fails=False)
        self._shoot("service-map")
        return self._nodes(), self._edges()

    def log_rows(self) -> list[str]:
        """Opens the search page and returns the log lines of the shop that it lists."""
        self._open("/clickstack/search")
        rows = self._until(self._rows_of_the_shop)
        self._shoot("search")
        return rows

    def waterfall(self, trace: str) -> str:
        """Opens a trace and returns the text of its panel once it counts spans."""
        self._open(f"/clickstack/trace/{trace}")
        panel = self._until(lambda: self._panel_with(r"\b[1-9]\d* spans?\b"))
        self._shoot("trace")
        return panel

    def _open(self, path: str) -> None:
        self._browser.get(self._url + path)

    def _nodes(self) -> set[str]:
        return set(self._attributes(".react-flow__node", "data-id"))

    def _edges(self) -> set[tuple[str, str]]:
        labels = self._attributes(".react-flow__edge", "aria-label")
        found = [re.fullmatch(r"Edge from (.+) to (.+)", label) for label in labels]
        return {(match[1], match[2]) for match in found if match}

    def _rows_of_the_shop(self) -> list[str]:
        rows = EventRows(self._browser).texts()
        return [row for row in rows if any(service in row for service in NODES)]

    def _panel_with(self, pattern: str) -> str:
        chips = self._browser.find_elements(By.CSS_SELECTOR, "[data-testid=show-spans-chip]")
        for chip in chips:
            panel = chip.find_element(By.XPATH, "ancestor::*[@role='dialog' or contains(@class, 'Drawer-body')][1]")
            if re.search(pattern, panel.text):
                return panel.text
        return ""

    def _attributes(self, selector: str, name: str) -> list[str]:
        elements = self._browser.find_elements(By.CSS_SELECTOR, selector)
        return [element.get_attribute(name) or "" for element in elements]

    def _until(self, condition: Callable[[], _T], fails: bool = True) -> _T:
        waiting = WebDriverWait(
            self._browser, self._seconds, poll_frequency=0.2, ignored_exceptions=[StaleElementReferenceException]
        )
        try:
            return waiting.until(lambda _: condition())
        except TimeoutException:
            if fails:
                self._shoot("missing")
                raise Missing(f"{self._browser.current_url} did not show it within {self._seconds:g} s") from None
            return condition()

    def _shoot(self, name: str) -> None:
        self._browser.save_screenshot(str(self._screenshots / f"{name}.png"))


def check(url: str, database: str, screenshots: Path, seconds: float) -> None:
    """Raises ``Missing`` for the first thing that is not shown."""
    screenshots.mkdir(parents=True, exist_ok=True)
    pages = Pages(url, screenshots, seconds)
    try:
        nodes, edges = pages.service_map()
        if nodes != NODES or edges != EDGES:
            raise Missing(f"the Service Map shows nodes {sorted(nodes)} and edges {sorted(edges)}")
        print(f"Service Map: {len(nodes)} nodes, {len(edges)} edges")
        print(f"search: {len(pages.log_rows())} log lines in sight")
        trace, spans = _trace_of_all_services(url, database)
        panel = pages.waterfall(trace)
        # Rows below the fold are not in the document: the count stands for them.
        shown = {service for service in NODES if f"{service} |" in panel}
        if SHOP not in shown or len(shown) < 2 or not re.search(rf"\b{spans} spans\b", panel):
            raise Missing(f"the waterfall does not show the {spans} spans of trace {trace}: {panel[:500]}")
        print(f"trace: {spans} spans")
    finally:
        pages.close()


def _trace_of_all_services(url: str, database: str) -> tuple[str, int]:
    """The latest trace that passes through all three services, and how many spans it has."""
    address = url.rstrip("/") + "/?" + urllib.parse.urlencode({"database": database})
    with urllib.request.urlopen(address, _SERVICES_OF_A_CHECKOUT.encode(), timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    if not lines:
        raise Missing("no trace of the last hour passes through all three services")
    row = json.loads(lines[0])
    return str(row["TraceId"]), int(row["spans"])


def main() -> None:
    """Parses the command line; exits with status 1 and one line when something is not shown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://localhost:8123", help="where ClickHouse and the UI answer")
    parser.add_argument("--database", default="o11y")
    parser.add_argument("--screenshots", type=Path, default=Path("run/screenshots"))
    parser.add_argument("--seconds", type=float, default=60, help="how long a page may take to show what it must")
    options = parser.parse_args()
    try:
        check(options.url, options.database, options.screenshots, options.seconds)
    except NotInstalled as missing:
        sys.exit(str(missing))
    except Missing as missing:
        sys.exit(f"{missing}\nscreenshots are in {options.screenshots}")


if __name__ == "__main__":
    main()
