"""HyperDX's pages, opened and clicked as a person does."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from event_rows import EventRows
from headless_chromium import open_chromium
from session_player import SessionPlayer

_ALIKE = 3
"""So many pictures one after another that are the same mean that a page rests."""
_REST_SECONDS = 10


class NotShown(Exception):
    """What a page did not show."""


class ClickStackPages:
    """One browser with a profile that has never seen them."""

    def __init__(self, url: str, screenshots: Path, seconds: float) -> None:
        self._browser = open_chromium()
        self._player = SessionPlayer(self._browser)
        self._rows = EventRows(self._browser)
        self._url = url.rstrip("/")
        self._screenshots = screenshots
        self._seconds = seconds
        screenshots.mkdir(parents=True, exist_ok=True)

    def close(self) -> None:
        """Ends the browser."""
        self._browser.quit()

    def open(self, page: str, parameters: Mapping[str, str]) -> None:
        """Opens a page by its address."""
        self._browser.get(f"{self._url}/clickstack/{page}?{urllib.parse.urlencode(parameters)}")

    def shoot(self, name: str) -> None:
        """Keeps a picture, without what the embedded UI says of itself above every page."""
        self._dismiss_banner()
        # Whatever the pointer rests on says what it is for.
        self._put_pointer_aside()
        self._screenshots.joinpath(f"{name}.png").write_bytes(self._still())

    # MARK: Waiting

    def wait_for_rows(self) -> None:
        """Until the list has rows."""
        self._until(self._rows.texts, "rows of events")
        self._dismiss_banner()

    def wait_for_charts(self, count: int) -> None:
        """Until so many charts have lines."""
        self._until(lambda: len(self._all(".recharts-wrapper .recharts-curve")) >= count, f"{count} charts")

    def wait_for_heatmap(self) -> None:
        """Until Event Deltas has drawn its heat map."""
        self._until(lambda: self._all("canvas"), "the heat map")
        self._still()

    def wait_for_sessions(self, text: str) -> None:
        """Until a session that has a text is listed."""
        self._until(lambda: self._sessions(text), f"a session with “{text}”")

    def wait_for_text(self, text: str) -> None:
        """Until it is somewhere on the page."""
        self._until(lambda: text in self._browser.find_element(By.TAG_NAME, "body").text, f"“{text}”")

    # MARK: Clicking

    def open_row(self, text: str) -> None:
        """Clicks the first row that has a text, and waits for its panel."""
        self._until(lambda: self._rows.click(lambda row: text in row), f"a row with “{text}”")
        self._until(lambda: self._all("[data-testid=row-side-panel]"), "the panel of the row")

    def open_tab(self, name: str) -> None:
        """Opens a tab of the panel."""
        self._until(lambda: self._click(self._all(f"[data-testid=tab-{name}]")), f"the tab {name}")

    def select_slowest(self) -> None:
        """Drags a box around the slowest events of the heat map."""
        canvas = self._all("canvas")[0]
        size = canvas.size
        drag = ActionChains(self._browser)
        drag.move_to_element_with_offset(canvas, -size["width"] // 2 + 60, -size["height"] // 2 + 8).click_and_hold()
        drag.move_by_offset(size["width"] - 80, int(size["height"] * 0.22)).release().perform()

    def open_line(self, text: str) -> None:
        """Goes down a waterfall to the line that has a text, and clicks it: what is far out of sight is not there."""
        self._until(lambda: self._reach_line(text), f"“{text}” in the waterfall")

    # MARK: Sessions

    def open_session(self, text: str) -> None:
        """Clicks the session that has a text, and waits for its first picture."""
        self._until(lambda: self._click(self._sessions(text)), f"a session with “{text}”")
        self._until(lambda: self._player.shown().strip(), "what was seen in the session")

    def play(self, event: str, until: str) -> None:
        """Goes to an event of the session, and on from there until the page that is shown says something."""
        self._until(lambda: self._player.go_to(event), f"the event “{event}”")
        self._player.play_or_hold()
        self._until(lambda: until in self._player.shown(), f"“{until}” in the replay")
        self._player.play_or_hold()

    def open_event(self, text: str) -> None:
        """Clicks an event of the session, and waits for its panel."""
        self._until(lambda: self._player.open(text), f"the event “{text}”")
        self._until(lambda: self._all("[data-testid=row-side-panel]"), "the panel of the event")

    # MARK: Looking

    def _reach_line(self, text: str) -> bool:
        lines = self._all("[data-testid=row-side-panel] span[role=button]")
        wanted = [line for line in lines if text in line.text]
        for line in wanted or lines[-1:]:
            self._browser.execute_script("arguments[0].scrollIntoView({ block: 'nearest' })", line)
        return self._click(wanted)

    def _sessions(self, text: str) -> list[WebElement]:
        return [card for card in self._all("[data-testid^=session-card-]") if text in card.text]

    def _all(self, selector: str) -> list[WebElement]:
        found: list[WebElement] = self._browser.find_elements(By.CSS_SELECTOR, selector)
        return found

    def _click(self, elements: Any) -> bool:
        first = next(iter(elements), None)
        if first is None:
            return False
        first.click()
        return True

    def _dismiss_banner(self) -> None:
        for button in self._browser.find_elements(
            By.XPATH, "//*[contains(., 'not recommended for production')]/button"
        ):
            try:
                button.click()
            except WebDriverException:
                pass

    def _still(self) -> bytes:
        """The page as a picture once nothing in it moves: charts grow into place. As it is, where it never rests."""
        pictures: list[bytes] = []

        def rests() -> bool:
            pictures.append(self._browser.get_screenshot_as_png())
            return len(pictures) >= _ALIKE and len(set(pictures[-_ALIKE:])) == 1

        try:
            WebDriverWait(self._browser, _REST_SECONDS, poll_frequency=0.3).until(lambda _: rests())
        except TimeoutException:
            pass
        return pictures[-1]

    def _put_pointer_aside(self) -> None:
        aside = ActionChains(self._browser)
        aside.w3c_actions.pointer_action.move_to_location(0, 0)
        aside.perform()

    def _until(self, condition: Callable[[], Any], what: str) -> Any:
        waiting = WebDriverWait(
            self._browser, self._seconds, poll_frequency=0.3, ignored_exceptions=[WebDriverException]
        )
        try:
            return waiting.until(lambda _: condition())
        except TimeoutException:
            self.shoot("missing")
            raise NotShown(f"{self._browser.current_url} did not show {what} within {self._seconds:g} s") from None
