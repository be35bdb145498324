"""The rows of HyperDX's lists of events."""

from __future__ import annotations

from collections.abc import Callable

from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

# In one go: a list that follows what is stored draws its rows anew while somebody asks each for its text. A row that
# only says that there will be others is no event.
_ROWS = """
return [...document.querySelectorAll('[data-testid=search-results-table] tr[data-testid^=table-row-]')]
    .map(row => [row, row.innerText]);
"""
# A list keeps rows above those in sight, and they lie under its header.
_REVEAL = "arguments[0].scrollIntoView({ block: 'center' });"


class EventRows:
    """The rows in a page that lists events."""

    def __init__(self, browser: WebDriver) -> None:
        self._browser = browser

    def texts(self) -> list[str]:
        """What each row says."""
        return [text for _, text in self._all()]

    def click(self, wanted: Callable[[str], object]) -> bool:
        """Clicks the first row whose text is wanted; whether there was one."""
        for row, text in self._all():
            if wanted(text):
                self._browser.execute_script(_REVEAL, row)
                row.click()
                return True
        return False

    def _all(self) -> list[tuple[WebElement, str]]:
        return [(row, text) for row, text in self._browser.execute_script(_ROWS)]
