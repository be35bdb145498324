"""The storefront in a browser, used as a person does: only what is visible is read and pressed."""

from __future__ import annotations

import json
import time
import urllib.parse
from pathlib import Path
from typing import Any

from axe_core_python.selenium import Axe
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.ui import WebDriverWait

from headless_chromium import open_chromium

_SECONDS = 30
_SESSION = "__rum_sid"

DESKTOP = (1280, 900)
PHONE = (390, 844)

_LAYOUT_SHIFT = """
const done = arguments[0];
new PerformanceObserver((list) => {
  done(list.getEntries().filter((entry) => !entry.hadRecentInput).reduce((sum, entry) => sum + entry.value, 0));
}).observe({ type: "layout-shift", buffered: true });
// No entries, no callback: then nothing has moved.
setTimeout(() => done(0), 500);
"""
_COUNT_CHANGES = """
window.changes = { page: 0, asked: 0 };
new MutationObserver((records) => { window.changes.page += records.length; })
  .observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
new PerformanceObserver((list) => {
  window.changes.asked += list.getEntries().filter((entry) => entry.name.endsWith("/ready")).length;
}).observe({ type: "resource" });
"""
# A clock that can be put forward, for all pages of a profile.
_CLOCK = """
const now = Date.now;
Date.now = () => now() + Number(localStorage.getItem("later"));
"""


class Storefront:
    """One browser with a profile of its own, on one shop."""

    def __init__(self, origin: str, screenshots: Path, size: tuple[int, int] = DESKTOP, scheme: str = "light") -> None:
        self._browser = open_chromium(size, keeps_console=True)
        self._origin = origin
        self._screenshots = screenshots
        width, height = size
        self._width = width
        # A window cannot be as narrow as a phone: the device is emulated.
        self._browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        self._browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        self._later = 0

    def close(self) -> None:
        """Ends the browser."""
        self._browser.quit()

    # MARK: Going somewhere

    def open(self, view: str = "") -> None:
        """Opens a view by its address and waits for its heading."""
        self._browser.get(f"{self._origin}/{view}")
        self.heading()

    def search(self, words: str) -> None:
        """Types words into the search field and presses Enter."""
        self._type("#query", words)
        self.press(Keys.ENTER)
        self._until(lambda: words in self.heading())

    def department(self, name: str) -> None:
        """Follows a department's link."""
        self._browser.find_element(By.LINK_TEXT, name.capitalize()).click()
        self._until(lambda: self.heading().lower() == name)

    def cart(self) -> None:
        """Follows the link to the cart."""
        self._one("#cart-link").click()
        self._until(lambda: self.heading() == "Your cart")

    def product(self, name: str) -> None:
        """Follows the link to a product's page."""
        self._browser.find_element(By.LINK_TEXT, name).click()
        self._until(lambda: self.heading() == name)

    def back(self) -> None:
        """Presses the browser's button for the view before and waits for it."""
        heading = self.heading()
        self._browser.back()
        self._until(lambda: self.heading() != heading)

    def reload(self) -> None:
        """Presses the browser's button that loads the page anew."""
        self._browser.refresh()
        self.heading()

    def open_home(self) -> None:
        """Follows the shop's name to the first view."""
        self._one(".brand").click()
        self._until(lambda: len(self.products()) == 30)

    def leave(self) -> None:
        """Goes elsewhere: the page ends."""
        self._browser.get("about:blank")

    # MARK: Doing something

    def add(self, product: str) -> None:
        """Presses a product's button and waits until the shop says so."""
        self._one(f"[data-product='{product}'] button").click()
        self._until(lambda: "is in your cart" in self.message())

    def add_from_its_page(self, product: str, quantity: int) -> None:
        """Opens a product's page and adds several."""
        self.open(f"product/{product}")
        self._type("#quantity", str(quantity))
        self._one(".product button").click()
        self._until(lambda: "is in your cart" in self.message())

    def pay(self, email: str = "ada@example.com", test_card: str | None = None, number: str | None = None) -> None:
        """Fills the form and places the order; what comes of it is another question."""
        self._type("#email", email)
        if test_card:
            Select(self._one("#test-card")).select_by_visible_text(test_card)
        if number:
            self._type("#number", number)
        before = self.message()
        button = self._one("form.checkout button")
        button.click()
        self._until(lambda: self.message() != before or "Thank you" in self.heading())

    def press(self, *keys: str) -> None:
        """Presses keys, wherever the focus is."""
        for key in keys:
            self._browser.switch_to.active_element.send_keys(key)

    def wait_for_message(self, text: str) -> None:
        """Waits until the shop says something."""
        self._until(lambda: text in self.message())

    def fill(self, selector: str, text: str) -> None:
        """Types into a field, in place of what is there."""
        self._type(selector, text)

    def break_search(self) -> None:
        """Takes the search field away and searches: the page fails by a defect of its own."""
        self._browser.execute_script("document.querySelector('#query').remove()")
        self._one("#search button").click()

    def say_in_console(self, text: str, times: int = 1, level: str = "log") -> None:
        """Has the page say something in its console, again and again."""
        script = "for (let each = 0; each < arguments[1]; each++) console[arguments[2]](arguments[0])"
        self._browser.execute_script(script, text, times, level)

    def meet_defect(self, kind: str) -> None:
        """Has a page that has defects meet one."""
        # A script that comes from outside would be told of without its message.
        self._browser.execute_script("dispatchEvent(new CustomEvent('defect', { detail: arguments[0] }))", kind)

    def work_for(self, milliseconds: int) -> None:
        """Keeps the page from answering for a while."""
        script = "const end = performance.now() + arguments[0]; while (performance.now() < end);"
        self._browser.execute_script(script, milliseconds)

    def act_by_sdk(self) -> None:
        """Records by HyperDX's own SDK what the page records by its own when somebody buys."""
        self._browser.execute_script(
            "hyperdx.exports.addAction('Add to cart', { 'app.product.id': 'x', 'app.product.quantity': 1 });"
            "hyperdx.exports.addAction('Place order');"
            "hyperdx.exports.setGlobalAttributes({ userEmail: 'ada@example.com' });"
        )

    def block(self, *addresses: str) -> None:
        """Lets the browser reach none of these addresses from now on."""
        self._browser.execute_cdp_cmd("Network.enable", {})
        self._browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": list(addresses)})

    def empty_cache(self) -> None:
        """Has the browser forget all files."""
        self._browser.execute_cdp_cmd("Network.clearBrowserCache", {})

    def wait_for_recorder(self) -> None:
        """Waits until what is seen is recorded."""
        self._until(lambda: self._browser.execute_script("return Boolean(window.lmnrRrweb)"))

    def touch(self) -> None:
        """Presses a key that does nothing."""
        self.press(Keys.SHIFT)

    def other_tab(self, view: str = "") -> None:
        """Opens a view in another tab and goes there."""
        self._browser.switch_to.new_window("tab")
        self.open(view)

    def look_elsewhere(self) -> None:
        """Opens an empty tab: the page goes on, out of sight."""
        self._browser.switch_to.new_window("tab")

    def first_tab(self) -> None:
        """Goes back to the tab that was opened first."""
        self._browser.switch_to.window(self._browser.window_handles[0])

    def forget_session(self) -> None:
        """Deletes the cookie of the session, as the browser does when nobody has done anything for a while."""
        self._browser.delete_cookie(_SESSION)

    def age_session(self, milliseconds: int) -> None:
        """Makes the session that much older."""
        cookie = self._browser.get_cookie(_SESSION)
        assert cookie is not None
        value = json.loads(urllib.parse.unquote(cookie["value"]))
        value["startTime"] -= milliseconds
        self._browser.delete_cookie(_SESSION)
        self._browser.add_cookie({**cookie, "value": urllib.parse.quote(json.dumps(value, separators=(",", ":")))})

    def own_clock(self) -> None:
        """Gives the pages that this tab opens from now on a clock that ``let_pass`` puts forward."""
        self._browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _CLOCK})

    def let_pass(self, minutes: int) -> None:
        """Puts the page's clock forward, and ages the browser's cookies by as much: those that are over are gone."""
        self._later += minutes * 60
        self._browser.execute_script("localStorage.setItem('later', arguments[0])", self._later * 1000)
        for cookie in self._browser.get_cookies():
            if "expiry" not in cookie:
                continue
            cookie["expiry"] -= minutes * 60
            self._browser.delete_cookie(cookie["name"])
            if cookie["expiry"] > time.time():
                self._browser.add_cookie(cookie)

    # MARK: What is seen

    def session(self) -> str:
        """The id of the visit, as the page's cookie has it; empty when there is none."""
        cookie = self._browser.get_cookie(_SESSION)
        return str(json.loads(urllib.parse.unquote(cookie["value"]))["id"]) if cookie else ""

    def wait_for_another_session(self, than: str) -> str:
        """Presses that key until the visit has another id, and returns it."""

        def another() -> str:
            self.touch()
            found = self.session()
            return "" if found == than else found

        return str(self._until(another))

    def heading(self) -> str:
        """The view's heading."""
        return self._until(lambda: self._browser.find_element(By.CSS_SELECTOR, "main h1").text)

    def message(self) -> str:
        """What the shop says above the view."""
        return self._one("#message").text

    def path(self) -> str:
        """The address of the view, without the shop's origin."""
        return self._browser.current_url.removeprefix(self._origin)

    def title(self) -> str:
        """What the browser's tab says."""
        return self._browser.title

    def scrolled(self) -> int:
        """By how many pixels the page is scrolled."""
        return int(self._browser.execute_script("return window.scrollY"))

    def scroll(self, pixels: int) -> None:
        """Scrolls to a place of the page and waits until the page has noted it."""
        self._browser.execute_script("window.scrollTo(0, arguments[0])", pixels)
        self._until(lambda: self._browser.execute_script("return history.state?.scroll") == pixels)

    def products(self) -> list[str]:
        """The ids of the products in sight."""
        cards = self._browser.find_elements(By.CSS_SELECTOR, "[data-product]")
        return [str(card.get_attribute("data-product")) for card in cards]

    def units_in_cart(self) -> str:
        """The number beside the cart's link."""
        return self._one("#cart-count").text

    def text(self, selector: str) -> str:
        """The text of an element."""
        return self._one(selector).text

    def services(self) -> dict[str, str]:
        """What the strip at the bottom says of each service."""
        self._until(lambda: self._browser.find_elements(By.CSS_SELECTOR, "#status li"))
        rows = [row.text.split(": ") for row in self._browser.find_elements(By.CSS_SELECTOR, "#status li")]
        return {name: state for name, state in rows}

    def focus(self) -> str:
        """The name of what has the focus, as a screen reader says it."""
        return self._browser.switch_to.active_element.accessible_name

    def width_overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        # innerWidth would not do: a phone zooms out until everything is in sight.
        return int(self._browser.execute_script("return document.documentElement.scrollWidth")) - self._width

    def layout_shift(self) -> float:
        """How far what was in sight has moved by itself since the page was opened (the sum of its layout shifts)."""
        return float(self._browser.execute_async_script(_LAYOUT_SHIFT))

    def wait_for_scroll(self, pixels: int) -> None:
        """Waits until the page is scrolled to a place."""
        self._until(lambda: self.scrolled() == pixels)

    def count_changes(self) -> None:
        """Begins to count changes of the page, and the answers of the services' health with them."""
        self._browser.execute_script(_COUNT_CHANGES)

    def changes(self) -> dict[str, int]:
        """How many changes there were since, and how many times the services' health was asked."""
        return dict(self._browser.execute_script("return window.changes"))

    def wait_for_health(self, times: int) -> None:
        """Waits until the health was asked so many times since changes are counted."""
        self._until(lambda: self.changes()["asked"] >= times)

    def script_seconds(self) -> float:
        """How long the page's main thread has run scripts, in seconds of a processor; 0 at the first call."""
        # By the clock it would be longer where others want the processor, too.
        self._browser.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
        metrics = self._browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        return float(next(each["value"] for each in metrics if each["name"] == "ScriptDuration"))

    def first_contentful_paint(self) -> float:
        """When something was to be seen, in milliseconds after the navigation began."""
        script = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        return float(self._until(lambda: self._browser.execute_script(script)))

    def complaints(self) -> list[str]:
        """What the browser's console has said since it was asked last."""
        return [f"{entry['level']}: {entry['message']}" for entry in self._browser.get_log("browser")]

    def barriers(self) -> list[str]:
        """The accessibility problems of this view, by the rules of WCAG 2.1 A and AA and axe's best practices."""
        found: dict[str, Any] = Axe().run(self._browser)
        return [
            f"{rule['id']}: {rule['help']}: {node['html'][:200]}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def shoot(self, name: str) -> None:
        """Keeps a picture of the whole view."""
        self._screenshots.mkdir(parents=True, exist_ok=True)
        self._browser.save_screenshot(str(self._screenshots / f"{name}.png"))

    def _type(self, selector: str, text: str) -> None:
        field = self._one(selector)
        field.clear()
        field.send_keys(text)

    def _one(self, selector: str) -> WebElement:
        return self._browser.find_element(By.CSS_SELECTOR, selector)

    def _until(self, condition: Any) -> Any:
        waiting = WebDriverWait(self._browser, _SECONDS, poll_frequency=0.05, ignored_exceptions=[Exception])
        return waiting.until(lambda _: condition(), f"{self._browser.current_url} did not show what it should")
