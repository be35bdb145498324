"""What a person does on the shop's pages: only what is visible is read and pressed, and never faster than a hand."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from browser import Browser

_STEP_SECONDS = 20.0
_LOOK_AGAIN_SECONDS = 0.1
_T = TypeVar("_T")


class GaveUp(Exception):
    """The page did not become what a person waited for; the text says what that was."""


class Leaving(Exception):
    """The suite stops: whoever is in the shop leaves."""


class Person:
    """Somebody in front of a browser."""

    def __init__(self, browser: Browser, chance: random.Random, leaving: threading.Event, hurry: float = 1) -> None:
        self._browser = browser
        self._chance = chance
        self._leaving = leaving
        self._hurry = hurry
        """How many times faster than usual this one reads and types."""

    def open(self, path: str = "/") -> None:
        """Types the shop's address."""
        self._browser.do(lambda driver: driver.get(self._browser.origin + path))
        self._until(lambda: self._seen("main h1"), "the shop's page")

    def read(self, least: float = 1.0, most: float = 3.5) -> None:
        """Looks at the page for so many seconds."""
        self._browser.note_requests()
        if self._leaving.wait(self._chance.uniform(least, most) / self._hurry):
            raise Leaving

    def scroll(self) -> None:
        """Turns the wheel some way down, and sometimes back."""
        for _ in range(self._chance.randint(1, 3)):
            self._wheel(self._chance.randint(200, 500))
            self.read(0.3, 0.9)
        if self._chance.random() < 0.5:
            self._wheel(-self._chance.randint(200, 600))
            self.read(0.2, 0.5)

    def search(self, words: str) -> None:
        """Types into the search field and presses Enter."""
        self._type("#query", words)
        self._browser.find("#query").send_keys(Keys.ENTER)
        self._until(lambda: words in self._text("main h1"), f"the results for {words}")

    def go_to_department(self) -> None:
        """Follows one of the departments' links."""
        link = self._any("#categories a[href^='/category/']")
        name = link.text.lower()
        link.click()
        self._until(lambda: self._text("main h1").lower() == name, f"the department {name}")

    def look_at_a_product(self) -> str:
        """Follows the link of a product in sight; its name."""
        link = self._any(".card h2 a")
        name = link.text
        link.click()
        self._until(lambda: self._text("main h1") == name, f"the page of {name}")
        return name

    def put_into_cart(self) -> None:
        """Presses the button of the product's page."""
        self._press(".product button")
        self._until(lambda: self._text("#message") != "", "a word about the cart")

    def go_to_cart(self) -> None:
        """Follows the link to the cart."""
        self._press("#cart-link")
        self._until(lambda: self._text("main h1") == "Your cart", "the cart")

    def fill_in(self, email: str, *, card: str | None = None, number: str | None = None) -> None:
        """Fills in the form; a test card is chosen by its name, or a number is typed."""
        self._type("#email", email)
        if card is not None:
            self._act(lambda: Select(self._browser.find("#test-card")).select_by_visible_text(card))
        if number is not None:
            self._type("#number", number)
        self.read(0.4, 1.2)

    def place_order(self) -> bool:
        """Presses the button and waits for what comes of it; whether the shop says thank you."""
        self._press("form.checkout button")
        self._until(lambda: self._is_answered(), "an answer to the order")
        return self._text("main h1") == "Thank you!"

    def is_sold_out(self) -> bool:
        """Whether the product on this page cannot be had."""
        return not self._browser.find(".product button").is_enabled()

    # MARK: Hands and eyes

    def _is_answered(self) -> bool:
        if self._text("main h1") == "Thank you!":
            return True
        # The button can be pressed again once the shop has answered.
        return self._browser.find("form.checkout button").is_enabled() and self._text("#message") != ""

    def _wheel(self, pixels: int) -> None:
        turned = {"type": "mouseWheel", "x": 640, "y": 500, "deltaX": 0, "deltaY": pixels}
        self._browser.do(lambda driver: driver.execute_cdp_cmd("Input.dispatchMouseEvent", turned))

    def _type(self, selector: str, text: str) -> None:
        field = self._act(lambda: self._browser.find(selector))
        self._act(lambda: field.clear())
        for letter in text:
            self._act(lambda letter=letter: field.send_keys(letter))
            if self._leaving.wait(self._chance.uniform(0.02, 0.08) / self._hurry):
                raise Leaving

    def _press(self, selector: str) -> None:
        self._act(lambda: self._browser.find(selector).click())

    def _any(self, selector: str) -> WebElement:
        def one() -> WebElement | None:
            found = self._browser.do(lambda driver: driver.find_elements("css selector", selector))
            shown = [each for each in found if each.is_displayed()]
            return self._chance.choice(shown) if shown else None

        chosen = self._until(one, f"something at {selector}")
        assert chosen is not None
        self._browser.do(lambda driver: driver.execute_script("arguments[0].scrollIntoView({block:'center'})", chosen))
        return chosen

    def _seen(self, selector: str) -> bool:
        return bool(self._browser.find(selector).is_displayed())

    def _text(self, selector: str) -> str:
        return str(self._browser.find(selector).text)

    def _act(self, action: Callable[[], _T]) -> _T:
        """Does something once the page lets it be done."""
        done: list[_T] = []

        def succeeds() -> bool:
            done.append(action())
            return True

        self._until(succeeds, "something to act on")
        return done[0]

    def _until(self, condition: Callable[[], Any], what: str) -> Any:
        """The condition's first true value. Raises ``GaveUp`` when none comes in time, or ``Leaving``."""
        deadline = time.monotonic() + _STEP_SECONDS
        while time.monotonic() < deadline:
            try:
                if value := condition():
                    return value
            except WebDriverException:
                # What is being redrawn cannot be found or pressed.
                pass
            if self._leaving.wait(_LOOK_AGAIN_SECONDS):
                raise Leaving
        raise GaveUp(f"{what} did not come within {_STEP_SECONDS:g} s")
