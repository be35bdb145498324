"""Debian's Chromium without a window, with a profile that has never seen anything."""

from __future__ import annotations

import shutil

from selenium import webdriver


class NotInstalled(Exception):
    """A program is missing; the text says how to get it."""


def open_chromium(size: tuple[int, int] = (1600, 1040), *, keeps_console: bool = False) -> webdriver.Chrome:
    """Starts one, which has to be ended with ``quit()``. Raises ``NotInstalled``.

    ``keeps_console`` keeps what pages say in the console, for ``get_log("browser")``.
    """
    options = webdriver.ChromeOptions()
    # A container has no user namespaces and little shared memory.
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--window-size={size[0]},{size[1]}"):
        options.add_argument(argument)
    options.binary_location = _program("chromium")
    if keeps_console:
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(_program("chromedriver")))


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotInstalled(f"{name} is not installed: apt-get install chromium chromium-driver")
    return found
