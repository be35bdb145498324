"""Colours, where the reader is a person at a terminal."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True)
class Style:
    """Wraps text in colour; leaves it alone when not ``enabled``."""

    enabled: bool

    def _wrap(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.enabled else text

    def bold(self, text: str) -> str:
        """Bold."""
        return self._wrap("1", text)

    def dim(self, text: str) -> str:
        """Less important."""
        return self._wrap("2", text)

    def red(self, text: str) -> str:
        """Wrong."""
        return self._wrap("31", text)

    def green(self, text: str) -> str:
        """Right."""
        return self._wrap("32", text)

    def yellow(self, text: str) -> str:
        """Doubtful."""
        return self._wrap("33", text)

    def cyan(self, text: str) -> str:
        """A thing to open."""
        return self._wrap("36", text)

    def shade(self, index: int, text: str) -> str:
        """One of six colours, to tell rows apart."""
        return self._wrap(str((36, 33, 35, 32, 34, 31)[index % 6]), text)


def for_stream(stream: TextIO) -> Style:
    """Colours for a terminal; none for a pipe, with ``NO_COLOR`` set or on a dumb terminal."""
    return Style(stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")
