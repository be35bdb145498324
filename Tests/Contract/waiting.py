"""Waiting for what a running suite does in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")
_LOOK_AGAIN_SECONDS = 0.1


def until(condition: Callable[[], _T], what: str = "it", seconds: float = 60) -> _T:
    """The condition's first true value. Fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what} did not come about within {seconds:g} s"
        time.sleep(_LOOK_AGAIN_SECONDS)
