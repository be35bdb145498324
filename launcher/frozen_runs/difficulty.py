"""How hard a case is, by what methods scored on it and by nobody's opinion."""

from __future__ import annotations

from collections.abc import Sequence

from launcher.frozen_runs.comparison import LEVELS, Outcome

EASY, MEDIUM, HARD = "easy", "medium", "hard"


def difficulty(outcomes: Sequence[Outcome]) -> str:
    """By the share of naive rule's and reference agent's exact answers, at each of three levels.

    The naive rule names no operation and no mechanism, so two thirds are a cause that both name and the agent in full,
    and half is one that the agent alone finds in full. Less is hard.
    """
    scores = [each.exact[level] for each in outcomes if each.method != "oracle" for level in LEVELS]
    share = sum(scores) / len(scores) if scores else 0
    return EASY if share >= 2 / 3 else MEDIUM if share >= 1 / 2 else HARD
