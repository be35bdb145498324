"""A program of Debian's that serves HTTP on a free port, for as long as a block runs."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from embedded_server import HANG_GUARD_SECONDS

Found = TypeVar("Found")


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Running:
    """The process, and the file that has what it says."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    def wait_for(self, what: Callable[[], Found | None]) -> Found:
        """What is looked for, as soon as it is there."""
        deadline = time.monotonic() + HANG_GUARD_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                found = what()
                if found is not None:
                    return found
            time.sleep(0.1)
        raise AssertionError(f"it did not come about:\n{self._log.read_text()[-4000:]}")


@contextlib.contextmanager
def running(command: list[str], log: Path) -> Iterator[Running]:
    """The program, for as long as a block runs."""
    with open(log, "wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        yield Running(process, log)
    finally:
        process.terminate()
        process.wait(HANG_GUARD_SECONDS)


def ask(url: str, path: str, **parameters: Any) -> Any:
    """The document at an address."""
    query = urllib.parse.urlencode(parameters)
    return json.loads(urllib.request.urlopen(f"{url}{path}?{query}", timeout=60).read())
