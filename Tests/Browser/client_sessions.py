"""HyperDX's pages about what visitors did, opened in a fresh browser and read as a person reads them."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from event_rows import EventRows
from headless_chromium import open_chromium
from service_map import Missing
from session_player import SessionPlayer

_SECONDS = 60
_T = TypeVar("_T")


class ClientSessions:
    """The UI in a browser with a profile that has never seen it."""

    def __init__(self, url: str, screenshots: Path) -> None:
        self._browser = open_chromium()
        self._player = SessionPlayer(self._browser)
        self._rows = EventRows(self._browser)
        self._url = url
        self._screenshots = screenshots
        screenshots.mkdir(parents=True, exist_ok=True)

    def close(self) -> None:
        """Ends the browser."""
        self._browser.quit()

    def card(self, session: str, where: str = "") -> str:
        """What Client Sessions says of a session, found by a search where one is given."""
        words = urllib.parse.quote(where)
        card = f"[data-testid=session-card-{session}]"
        # The list is of the moment in which it was opened.
        self._until(lambda: self._listed(f"/clickstack/sessions?where={words}&whereLanguage=lucene", card))
        self._shoot("list")
        return self._text(card)

    def open(self, session: str) -> None:
        """Opens a session that is listed, and waits for its first picture."""
        self._browser.find_element(By.CSS_SELECTOR, f"[data-testid=session-card-{session}]").click()
        self._until(lambda: self.replayed() != "")

    def events(self) -> list[str]:
        """The highlighted events of the session that is open."""
        return [event.text for event in self._until(self._player.events)]

    def replayed(self) -> str:
        """The text of the page as the player shows it."""
        return self._player.shown()

    def play(self, until: str) -> None:
        """Lets the player go on until the page that it shows says something."""
        self._player.play_or_hold()
        self._until(lambda: until in self.replayed())
        self._shoot("replay")

    def has_replay(self, trace: str, row: str) -> bool:
        """Whether a span of a trace, opened from the search, offers the replay of its session."""
        where = urllib.parse.quote(f"TraceId = '{trace}'")
        self._browser.get(f"{self._url}/clickstack/search?source=traces&isLive=false&where={where}&whereLanguage=sql")
        self._until(lambda: self._rows.click(re.compile(rf"\b{row}\b").search))
        self._until(lambda: self._browser.find_elements(By.CSS_SELECTOR, "[data-testid=tab-replay]"))
        self._shoot("trace")
        return True

    def marks(self) -> str:
        """What a script that came with the telemetry would have left in any page that was opened."""
        return str(self._browser.execute_script("return String(window.executed ?? '')"))

    def _listed(self, path: str, card: str) -> bool:
        self._browser.get(self._url + path)
        try:
            WebDriverWait(self._browser, 5, poll_frequency=0.1).until(
                lambda _: self._browser.find_elements(By.CSS_SELECTOR, card)
            )
        except TimeoutException:
            return False
        return True

    def _text(self, selector: str) -> str:
        return self._browser.find_element(By.CSS_SELECTOR, selector).text

    def _until(self, condition: Callable[[], _T]) -> _T:
        waiting = WebDriverWait(self._browser, _SECONDS, poll_frequency=0.2, ignored_exceptions=[WebDriverException])
        try:
            return waiting.until(lambda _: condition())
        except TimeoutException:
            self._shoot("missing")
            raise Missing(f"{self._browser.current_url} did not show it within {_SECONDS} s") from None

    def _shoot(self, name: str) -> None:
        self._browser.save_screenshot(str(self._screenshots / f"{name}.png"))
