"""The last lines of ``./demo test``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from launcher.stages.stage import Outcome
from launcher.terminal.style import for_stream


def summarize(outcomes: Sequence[Outcome], seconds: float) -> int:
    """Prints a line a stage and returns the status of the first that failed."""
    style = for_stream(sys.stdout)
    print(style.bold("── summary " + "─" * 53))
    for outcome in outcomes:
        mark = style.green("✓") if outcome.status == 0 else style.red("✗")
        note = "" if outcome.status == 0 else f"   exit status {outcome.status}"
        print(f"  {mark} {outcome.name:<20}{_minutes(outcome.seconds):>10}{note}")
    failures = [outcome for outcome in outcomes if outcome.status != 0]
    verdict = style.red(f"{len(failures)} failed") if failures else style.green("all passed")
    print(f"    {len(outcomes)} stages, {verdict}, {_minutes(seconds)}")
    return failures[0].status if failures else 0


def _minutes(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60} m {int(seconds) % 60:02} s"
