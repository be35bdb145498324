"""Keeps the logs within bounds while processes append to them."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

_BYTES = 20_000_000


def rotate(folder: Path) -> None:
    """Sets the content of each log that has become too long aside, in place of what was set aside before.

    A log is copied and emptied, since its process holds it open. Where there is no room for the copy, its content is
    given up: an endless log must not be what fills a disk. Raises nothing.
    """
    for log in folder.glob("*.log"):
        with contextlib.suppress(OSError):
            if log.stat().st_size > _BYTES:
                _set_aside(log)


def _set_aside(log: Path) -> None:
    copy = log.with_suffix(".log.1")
    try:
        shutil.copyfile(log, copy)
    except OSError:
        copy.unlink(missing_ok=True)
    os.truncate(log, 0)
