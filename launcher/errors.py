"""What a person did, or lacks, that stops a command: told in one line, never as a traceback."""

from __future__ import annotations

from collections.abc import Sequence


class UserError(Exception):
    """A command cannot go on. ``message`` says what to do next.

    ``details`` are lines printed below the message, such as the end of a log.
    """

    def __init__(self, message: str, details: Sequence[str] = (), exit_status: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.details = tuple(details)
        self.exit_status = exit_status
