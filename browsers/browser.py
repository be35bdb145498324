"""One Chromium with nobody's profile, its requests to the shop, and what it costs."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.remote.webelement import WebElement

from requests_seen import RequestsSeen, SeenRequest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
"""What it is called, here and there."""

_PAGE_SECONDS = 10
_ANSWER_SECONDS = 15
"""Of chromedriver: longer than anything it may wait for itself."""
_PR_SET_PDEATHSIG = 1

_ARGUMENTS = (
    "--headless=new",
    "--window-size=1280,900",
    "--no-first-run",
    "--disable-gpu",
    "--disable-extensions",
    # A container has little shared memory.
    "--disable-dev-shm-usage",
    # It has business with the shop alone.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--no-pings",
    "--renderer-process-limit=1",
    "--js-flags=--max-old-space-size=128",
    # By a pipe, which closes when chromedriver ends, and Chromium with it.
    "--remote-debugging-pipe",
)


_SAID_AT_THE_END = (
    "disconnected",
    "crashed",
    "not reachable",
    "invalid session id",
    "no such window",
    "unable to connect",
)


class BrowserGone(Exception):
    """Chromium does not answer any more; the text says what it said last."""


class Browser:
    """A Chromium that is driven by a chromedriver of its own. Every call raises ``BrowserGone`` when it has ended."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        options = webdriver.ChromeOptions()
        options.binary_location = _program(*CHROMIUM)
        for argument in (*_ARGUMENTS, *_confinement(), f"--host-resolver-rules={_only(origin)}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
        options.add_experimental_option("perfLoggingPrefs", {"enableNetwork": True, "enablePage": False})
        service = webdriver.ChromeService(_program("chromedriver"), popen_kw={"preexec_fn": _end_with_parent})
        try:
            self._driver = webdriver.Chrome(options=options, service=service)
        except (WebDriverException, OSError) as error:
            raise BrowserGone(_first_line(error)) from None
        self._driver.command_executor.client_config.timeout = _ANSWER_SECONDS
        self._driver.set_page_load_timeout(_PAGE_SECONDS)
        self._driver.set_script_timeout(_PAGE_SECONDS)
        self._service = service
        self._requests = RequestsSeen(origin)

    def close(self) -> None:
        """Ends Chromium and its driver, also when they no longer answer."""
        try:
            self._driver.quit()
        except (WebDriverException, OSError):
            pass
        process = self._service.process
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()

    def become_somebody_else(self) -> None:
        """Leaves the page, so that it sends what it still has, and forgets everything that the shop has left here."""
        self.do(lambda driver: driver.get("about:blank"))
        self.do(lambda driver: driver.execute_cdp_cmd("Network.clearBrowserCookies", {}))
        clearing = {"origin": self.origin, "storageTypes": "all"}
        self.do(lambda driver: driver.execute_cdp_cmd("Storage.clearDataForOrigin", clearing))

    def do(self, action: Callable[[webdriver.Chrome], Any]) -> Any:
        """What an action on the driver returns. Raises ``WebDriverException`` as it does."""
        try:
            return action(self._driver)
        except OSError as error:
            raise BrowserGone(_first_line(error)) from None
        except WebDriverException as error:
            if self._has_ended(error):
                raise BrowserGone(_first_line(error)) from None
            raise

    def find(self, selector: str) -> WebElement:
        """The first element that a selector of CSS finds."""
        element: WebElement = self.do(lambda driver: driver.find_element("css selector", selector))
        return element

    def note_requests(self) -> None:
        """Takes down what the page has asked for so far: what is not taken down is lost with the browser."""
        for entry in self.do(lambda driver: driver.get_log("performance")):
            self._requests.take(json.loads(entry["message"])["message"])

    def noted_requests(self) -> list[SeenRequest]:
        """The page's requests to the shop that were taken down; each is given once. Asks no browser."""
        return self._requests.taken()

    def resident_bytes(self) -> int:
        """What Chromium and its driver take of memory, shared pages counted once each."""
        process = self._service.process
        return sum(_proportional(pid) for pid in _tree(process.pid)) if process is not None else 0

    def _has_ended(self, error: WebDriverException) -> bool:
        said = str(error)
        return any(word in said for word in _SAID_AT_THE_END)


def missing_programs() -> list[str]:
    """What has to be installed before there can be a browser."""
    return [names[0] for names in (CHROMIUM, ("chromedriver",)) if not any(shutil.which(name) for name in names)]


def _program(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise BrowserGone(f"{names[0]} is not installed: apt-get install chromium chromium-driver")
    return found


def _confinement() -> list[str]:
    # Chromium's own sandbox needs a user who is not root, and namespaces, which containers do not give.
    return ["--no-sandbox"] if os.geteuid() == 0 or os.environ.get("BROWSERS_SANDBOX") == "off" else []


def _only(origin: str) -> str:
    """Rules by which no other host has an address."""
    host = origin.split("://", 1)[1].rsplit(":", 1)[0].strip("[]")
    return f"MAP * ~NOTFOUND , EXCLUDE {host}"


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _tree(pid: int) -> list[int]:
    pids = [pid]
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            pids += [each for child in listed.read_text().split() for each in _tree(int(child))]
        except OSError:
            continue
    return pids


def _proportional(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return 0
