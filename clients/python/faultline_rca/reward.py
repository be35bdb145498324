"""What an answer is worth, by the scores of docs/ground-truth.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LEVELS = ("service", "operation", "mechanism")


def reward(score: Mapping[str, Any]) -> float:
    """From 0 to 1: the mean of five parts.

    Three are precision at full recall, by service, by operation and by mechanism: 1 for the true root causes and
    nothing else, less for each one too many, 0 when one is missing. The other two are the path and the time, each times
    the precision by service: who names every service gets little for a path from one of them.
    """
    precisions = [float(score[level]["precision_at_full_recall"]) for level in _LEVELS]
    by_service = precisions[0]
    parts = [*precisions, by_service * float(score["path_grounded"]), by_service * float(score["time"])]
    return round(sum(parts) / len(parts), 6)
