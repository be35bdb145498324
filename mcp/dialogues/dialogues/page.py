"""A dialogue as a page of the documentation: what was asked and answered, and nothing that was not."""

from __future__ import annotations

from collections.abc import Sequence

from reference_agent.budget import Budget
from reference_agent.telemetry import Heard

from dialogues.dialogue import Verdict
from dialogues.layout import answer_lines, sql_lines
from dialogues.screen import taken


def page(question: str, stretch: str, command: str, turns: Sequence[Heard], verdict: Verdict, used: Budget) -> str:
    """The Markdown of it."""
    lines = [f"# {question}", "", f"Recorded by `{command}`: {stretch}; {taken(used)}.", ""]
    for number, turn in enumerate(turns, 1):
        lines += [f"**{number}. {turn.why}**", "", *_fenced("sql", sql_lines(turn.sql))]
        lines += _fenced("", [line.rstrip() for line in answer_lines(turn)])
    lines += ["## Verdict", "", f"**{_escaped(verdict.says)}**", ""]
    lines += [f"- {_escaped(sentence)}" for sentence in verdict.because]
    return "\n".join(lines) + "\n"


def _fenced(language: str, content: Sequence[str]) -> list[str]:
    # What telemetry says may hold fences of its own.
    longest = max((len(line) - len(line.lstrip("`")) for line in content), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *content, fence, ""]


def _escaped(text: str) -> str:
    for sign in "\\`*_<>[]":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", " ")
