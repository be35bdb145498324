"""The player of HyperDX's pages: the events of a session, and what was seen beside them."""

from __future__ import annotations

from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

_TEXT_OF_REPLAY = """
const pages = [...document.querySelectorAll("iframe")].map((frame) => frame.contentDocument?.body?.innerText ?? "");
return pages.join("\\n");
"""
_PLAY_OR_PAUSE = "//button[.//*[contains(@class, 'player-play') or contains(@class, 'player-pause')]]"


class SessionPlayer:
    """The player in a browser in which a session is open."""

    def __init__(self, browser: WebDriver) -> None:
        self._browser = browser

    def events(self) -> list[WebElement]:
        """The events that are listed, in the order of time."""
        found: list[WebElement] = self._browser.find_elements(By.CSS_SELECTOR, "[data-testid^=session-event-row]")
        return found

    def go_to(self, event: str) -> bool:
        """Presses the time beside the first event that says something; whether there is one."""
        return self._press(event, "[class*=eventRowTimestamp]")

    def open(self, event: str) -> bool:
        """Presses the first event that says something, which opens its panel; whether there is one."""
        return self._press(event, "[class*=eventRowContent]")

    def shown(self) -> str:
        """The text of the page as the player shows it."""
        return str(self._browser.execute_script(_TEXT_OF_REPLAY))

    def play_or_hold(self) -> None:
        """Presses the button that lets it go on, or holds it."""
        self._browser.find_elements(By.XPATH, _PLAY_OR_PAUSE)[-1].click()

    def _press(self, event: str, part: str) -> bool:
        for each in self.events():
            if event in " ".join(each.text.split()):
                each.find_element(By.CSS_SELECTOR, part).click()
                return True
        return False
