"""Supervisor itself: run as ``python -m launcher.supervision.supervisor_process LOG ARGUMENTS...``.

When Supervisor cannot write what it has to say, it says so, and ends when it cannot write that either. Here its words
go to a stream that gives up what there is no room for.
"""

from __future__ import annotations

import io
import os
import sys

from supervisor import supervisord  # type: ignore[import-untyped]


class LossyLog(io.TextIOBase):
    """A text stream to a file, which never fails: what cannot be written is lost."""

    def __init__(self, path: str) -> None:
        self._path = path

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        """Appends the text. The file is opened each time: it may have been set aside, and words are few."""
        try:
            log = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                os.write(log, text.encode(errors="replace"))
            finally:
                os.close(log)
        except OSError:
            pass
        return len(text)


def main() -> None:
    """Runs Supervisor until it is told to stop."""
    log, *arguments = sys.argv[1:]
    sys.stdout = sys.stderr = LossyLog(log)
    supervisord.main(arguments)


if __name__ == "__main__":
    main()
