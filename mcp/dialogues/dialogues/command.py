"""The command line: which dialogue, about what time, and whether a page is to be made of it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from datetime import datetime
from pathlib import Path

from reference_agent.budget import Budget, BudgetSpent
from reference_agent.telemetry import Heard, ToolFailed, telemetry
from reference_agent.transcript import Transcript

from dialogues.anything_abnormal import ANYTHING_ABNORMAL
from dialogues.dialogue import Dialogue, Subject, Verdict
from dialogues.errors_like import ERRORS_LIKE
from dialogues.page import page
from dialogues.rising_errors import RISING_ERRORS
from dialogues.screen import Screen

DIALOGUES = {each.name: each for each in (RISING_ERRORS, ANYTHING_ABNORMAL, ERRORS_LIKE)}


def main() -> None:
    """Holds the dialogue; exits with status 1 and one line when it cannot."""
    options = _options()
    try:
        subject = _subject(options)
        asyncio.run(_hold(DIALOGUES[options.name], subject, options))
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"dialogue: {error}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python mcp/dialogues", description="Asks ClickHouse through MCP what people ask, and says what it finds."
    )
    parser.add_argument("name", choices=sorted(DIALOGUES))
    parser.add_argument("--from", dest="begin", required=True, metavar="TIME", help="2026-01-31T10:00:00Z")
    parser.add_argument("--to", dest="end", required=True, metavar="TIME")
    parser.add_argument("--about", default="", metavar="TEXT", help="a part of a service's name, or an error's words")
    parser.add_argument("--embedding", type=Path, metavar="FILE", help='{"model", "vector"} of that text')
    parser.add_argument("--page", type=Path, metavar="FILE", help="where the page goes")
    parser.add_argument("--command", default="python mcp/dialogues", help="what the page says that it was made by")
    return parser.parse_args()


def _subject(options: argparse.Namespace) -> Subject:
    begin, end = (_moment(text) for text in (options.begin, options.end))
    embedded = json.loads(options.embedding.read_text()) if options.embedding else {"vector": (), "model": ""}
    return Subject(begin, end, options.about, embedded["vector"], embedded["model"])


async def _hold(dialogue: Dialogue, subject: Subject, options: argparse.Namespace) -> None:
    question, stretch = dialogue.asks(subject), f"{subject.begin:%Y-%m-%d, %H:%M:%S} to {subject.end:%H:%M:%S} UTC"
    screen, verdict, turns = Screen(sys.stdout), Verdict(), []

    def heard(answer: Heard) -> None:
        turns.append(answer)
        screen.heard(answer)

    async with telemetry(Transcript(None), os.environ) as source:
        source.on_answer = heard
        source.budget = Budget()
        screen.asked(question, stretch)
        try:
            await dialogue.hold(source, subject, verdict)
        except BudgetSpent as spent:
            verdict.because.append(f"Stopped early: {spent}.")
        except ToolFailed as failed:
            verdict.because.append(f"Stopped early, a question was refused: {failed}.")
        verdict.says = verdict.says or "The telemetry did not tell in time."
        screen.concluded(verdict, source.budget)
        if options.page:
            options.page.parent.mkdir(parents=True, exist_ok=True)
            options.page.write_text(page(question, stretch, options.command, turns, verdict, source.budget))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError(f"{text} does not say its distance from UTC: 2026-01-31T10:00:00Z does")
    return moment
