"""HyperDX's pages about the machine, in a browser that has never seen them."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from event_rows import EventRows
from headless_chromium import open_chromium
from service_map import Missing

_SECONDS = 60
# Of each drawn line: how high it rises above its lowest point, in pixels.
_RISES = """
return [...arguments[0].querySelectorAll('.recharts-area-curve')].map(curve => Math.round(curve.getBBox().height));
"""
_T = TypeVar("_T")


class MachinePages:
    """The Infrastructure tab of a span, and the Kubernetes page."""

    def __init__(self, url: str, screenshots: Path) -> None:
        self._browser = open_chromium()
        self._rows = EventRows(self._browser)
        self._url = url
        self._screenshots = screenshots
        screenshots.mkdir(parents=True, exist_ok=True)

    def close(self) -> None:
        """Ends the browser."""
        self._browser.quit()

    def tab_of_a_span(self, service: str) -> dict[str, int]:
        """Opens the newest span of a service and its Infrastructure tab; how high each chart's line rises, by title."""
        where = urllib.parse.urlencode(
            {"source": "traces", "where": f"ServiceName:{service}", "whereLanguage": "lucene", "isLive": "false"}
        )
        self._browser.get(f"{self._url}/clickstack/search?{where}")
        self._until(lambda: self._rows.click(lambda row: service in row))
        self._until(lambda: self._click("[data-testid=tab-infrastructure]"))
        return self._charts(6, f"infrastructure-{service}")

    def pods(self) -> tuple[list[str], dict[str, int]]:
        """Opens the Kubernetes page; the pods that its table lists, and the charts above it."""
        self._browser.get(f"{self._url}/clickstack/kubernetes")
        charts = self._charts(2, "kubernetes")
        table = self._one("[data-testid=k8s-pods-table]")
        names = [row.text.split("\n")[0].split(" ")[0] for row in table.find_elements(By.CSS_SELECTOR, "tbody tr")]
        return [name for name in names if name], charts

    def _charts(self, count: int, name: str) -> dict[str, int]:
        """The charts in sight once there are so many with lines; kept as a picture."""

        def drawn() -> dict[str, int]:
            found: dict[str, int] = {}
            for index, chart in enumerate(self._browser.find_elements(By.CSS_SELECTOR, ".recharts-wrapper")):
                rises = self._browser.execute_script(_RISES, chart)
                if rises:
                    legend = chart.find_element(By.XPATH, "ancestor::div[.//*[contains(@class,'recharts-area')]][1]")
                    found[f"{index} {legend.text.splitlines()[-1] if legend.text else ''}"] = max(rises)
            return found if len(found) >= count else {}

        charts = self._until(drawn)
        self._shoot(name)
        return charts

    def _click(self, selector: str) -> bool:
        self._one(selector).click()
        return True

    def _one(self, selector: str) -> WebElement:
        return self._browser.find_element(By.CSS_SELECTOR, selector)

    def _until(self, condition: Callable[[], _T]) -> _T:
        waiting = WebDriverWait(self._browser, _SECONDS, poll_frequency=0.3, ignored_exceptions=[WebDriverException])
        try:
            return waiting.until(lambda _: condition())
        except TimeoutException:
            self._shoot("missing")
            raise Missing(f"{self._browser.current_url} did not show it within {_SECONDS} s") from None

    def _shoot(self, name: str) -> None:
        self._browser.save_screenshot(str(self._screenshots / f"{name}.png"))
