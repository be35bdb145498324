"""A dialogue at a terminal, while it goes on."""

from __future__ import annotations

import os
import textwrap
from typing import TextIO

from reference_agent.budget import Budget
from reference_agent.telemetry import Heard

from dialogues.dialogue import Verdict
from dialogues.layout import answer_lines, sql_lines

_WIDTH = 100


class Screen:
    """Prints each question when its answer has come; in colours where a person reads."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._colours = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._number = 0

    def asked(self, question: str, stretch: str) -> None:
        """The question that the dialogue is about."""
        self._print(self._as("1", f"❯ {question}"), self._as("2", f"  {stretch}"))

    def heard(self, heard: Heard) -> None:
        """One call and its answer."""
        self._number += 1
        sql = [self._as("2", f"   {line}") for line in sql_lines(heard.sql)]
        self._print("", f"{self._number:2} {self._as('1', heard.why)}", *sql, "")
        self._print(*(f"   {line}".rstrip() for line in answer_lines(heard)))

    def concluded(self, verdict: Verdict, used: Budget) -> None:
        """What came of it, and what it took."""
        said = textwrap.wrap(f"❯ {verdict.says}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
        self._print("", *(self._as("1", line) for line in said))
        for sentence in verdict.because:
            self._print(
                *textwrap.wrap(
                    sentence, _WIDTH, initial_indent="  · ", subsequent_indent="    ", break_on_hyphens=False
                )
            )
        self._print("", self._as("2", f"  {taken(used)}"))

    def _as(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colours else text

    def _print(self, *lines: str) -> None:
        for line in lines:
            print(line, file=self._stream, flush=True)


def taken(used: Budget) -> str:
    """What a dialogue took, in one line."""
    calls = f"{used.used_queries} calls of run_query" if used.used_queries != 1 else "1 call of run_query"
    return f"{calls}, {used.used_bytes:,} bytes of answers, {used.used_seconds:.1f} s"
