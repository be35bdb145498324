"""``./demo logs``: what the processes print."""

from __future__ import annotations

import argparse
import collections
import os
import sys
import time
from pathlib import Path
from typing import BinaryIO

from launcher.configuration.run_folder import RunFolder
from launcher.errors import UserError
from launcher.terminal.style import for_stream

_POLL_SECONDS = 0.2
_LINES_OF_ONE = 200
_LINES_OF_ALL = 20
SUPERVISOR = "supervisord"


def run(arguments: argparse.Namespace) -> int:
    """Prints the end of the logs, and what is added to them when asked to follow."""
    folder = RunFolder(arguments.data)
    suite = folder.read_suite()
    if suite is None:
        raise UserError(f"there are no logs in {folder.path}: nothing was started there")
    known = [*suite.processes, SUPERVISOR]
    if arguments.name is not None and arguments.name not in known:
        raise UserError(f"no process is called {arguments.name}: choose one of {', '.join(known)}", exit_status=2)
    names = [arguments.name] if arguments.name else suite.processes
    lines = arguments.lines
    if lines is None:
        lines = _LINES_OF_ONE if arguments.name else _LINES_OF_ALL
    printer = _Printer(names)
    tails = [_Tail(name, folder.log(name)) for name in names]
    for tail in tails:
        for line in tail.end(lines):
            printer.write(tail.name, line)
    while arguments.follow:
        printer.flush()
        time.sleep(_POLL_SECONDS)
        for tail in tails:
            for line in tail.added():
                printer.write(tail.name, line)
    return 0


class _Tail:
    """The end of one log, followed across its rotation."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path
        self._file: BinaryIO | None = None
        self._partial = b""

    def end(self, count: int) -> list[bytes]:
        """The last lines that are complete now."""
        if not self._open():
            return []
        return list(collections.deque(self._read(), count)) if count else self._read()[:0]

    def added(self) -> list[bytes]:
        """Lines that were completed since the last call."""
        if self._file is not None and self._emptied():
            self._file.seek(0)
        lines = self._read() if self._open() else []
        if self._file is not None and self._rotated():
            self._file.close()
            self._file = None
        return lines

    def _open(self) -> bool:
        if self._file is None:
            try:
                self._file = open(self._path, "rb")
            except OSError:
                return False
        return True

    def _read(self) -> list[bytes]:
        assert self._file is not None
        complete, newline, rest = (self._partial + self._file.read()).rpartition(b"\n")
        self._partial = rest
        return complete.split(b"\n") if newline else []

    def _emptied(self) -> bool:
        assert self._file is not None
        return os.fstat(self._file.fileno()).st_size < self._file.tell()

    def _rotated(self) -> bool:
        assert self._file is not None
        try:
            on_disk = os.stat(self._path)
        except OSError:
            return False
        opened = os.fstat(self._file.fileno())
        return (on_disk.st_ino, on_disk.st_dev) != (opened.st_ino, opened.st_dev)


class _Printer:
    """Lines to standard output, each with the name of its process when there are several."""

    def __init__(self, names: list[str]) -> None:
        style = for_stream(sys.stdout)
        width = max(len(name) for name in names)
        self._prefixes = {
            name: style.shade(index, f"{name:<{width}} | ").encode() if len(names) > 1 else b""
            for index, name in enumerate(names)
        }

    def write(self, name: str, line: bytes) -> None:
        """One line, bytes as the process wrote them."""
        sys.stdout.buffer.write(self._prefixes[name] + line + b"\n")

    def flush(self) -> None:
        """Shows what was written."""
        sys.stdout.buffer.flush()
