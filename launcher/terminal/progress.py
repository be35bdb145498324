"""One line for each step: rewritten in place on a terminal, printed when done into a pipe."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from launcher.terminal.style import for_stream

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_NAME_WIDTH = 22


class Step:
    """A step that is under way."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self.name = name
        self.began = time.monotonic()
        self.note = ""

    def update(self, note: str | None = None) -> None:
        """Moves the sign of life on, with what is being done now."""
        if note is not None:
            self.note = note
        self._progress.draw(self)

    def done(self, note: str = "") -> None:
        """Ends the step well."""
        self._progress.finish(self, "✓", note)

    def failed(self, note: str = "") -> None:
        """Ends the step badly."""
        self._progress.finish(self, "✗", note)


class Progress:
    """Steps on a stream; two may be under way in two threads."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self._stream = stream
        self._style = for_stream(stream)
        self._live = stream.isatty() and self._style.enabled
        self._began = time.monotonic()
        self._lock = threading.RLock()

    @property
    def seconds(self) -> float:
        """Since this progress began."""
        return time.monotonic() - self._began

    @contextmanager
    def step(self, name: str, announce: bool = False) -> Iterator[Step]:
        """A step that ends well unless the block raises. ``announce`` says at its start that it takes long."""
        step = Step(self, name)
        if announce and not self._live:
            print(f"  … {name}", file=self._stream)
        step.update()
        try:
            yield step
        except BaseException:
            step.failed(step.note)
            raise
        step.done(step.note)

    def line(self, text: str = "") -> None:
        """Prints a line of its own."""
        with self._lock:
            self._clear()
            print(text, file=self._stream)

    def draw(self, step: Step) -> None:
        """Redraws the line of a step that is under way."""
        if not self._live:
            return
        frame = _FRAMES[int((time.monotonic() - step.began) * 12) % len(_FRAMES)]
        text = f"  {frame} {step.name:<{_NAME_WIDTH}}{step.note}"
        width = shutil.get_terminal_size().columns - 1
        with self._lock:
            self._stream.write(f"\r\x1b[K{text[:width]}")
            self._stream.flush()

    def finish(self, step: Step, mark: str, note: str) -> None:
        """Prints the final line of a step."""
        colour = self._style.green if mark == "✓" else self._style.red
        took = self._style.dim(f"{time.monotonic() - step.began:5.1f} s")
        with self._lock:
            self._clear()
            print(f"  {colour(mark)} {step.name:<{_NAME_WIDTH}}{took}  {note}".rstrip(), file=self._stream)

    def _clear(self) -> None:
        if self._live:
            self._stream.write("\r\x1b[K")
