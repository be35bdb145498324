"""When it began and ended: the first stretch in which requests went worse than they had before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_BEFORE_AT_LEAST = 3
_TOGETHER = 2
_BAD_AT_LEAST = 4


@dataclass(frozen=True)
class Bucket:
    """Requests of visitors that began in a few seconds."""

    at: datetime
    requests: int
    bad: int


@dataclass(frozen=True)
class Disturbance:
    """The buckets from the first bad one to the last."""

    begin: int
    end: int


def disturbance(buckets: Sequence[Bucket]) -> Disturbance | None:
    """The disturbance, or ``None`` where the share of bad requests only wavers.

    A share has a spread of its own, which counts of requests tell: four of its standard deviations and two percent
    above what went before are no chance.
    """
    for begin in range(_BEFORE_AT_LEAST, len(buckets)):
        limit = _limit(buckets[:begin], sum(each.requests for each in buckets[begin : begin + _TOGETHER]))
        if not _exceeds(buckets[begin : begin + _TOGETHER], limit) or not _exceeds(
            buckets[begin : begin + 1], limit / 2
        ):
            continue
        last = begin
        for index in range(begin, len(buckets)):
            if _exceeds(buckets[index : index + 1], limit / 2):
                last = index
        return Disturbance(_earlier(buckets, begin), last + 1)
    return None


def _earlier(buckets: Sequence[Bucket], begin: int) -> int:
    """Back over buckets that were bad already, though too few requests to say so by themselves."""
    while begin > _BEFORE_AT_LEAST:
        last, before = buckets[begin - 1], buckets[: begin - 1]
        usual = sum(each.bad for each in before) / max(sum(each.requests for each in before), 1)
        if last.bad < 2 or last.bad < 3 * usual * last.requests:
            break
        begin -= 1
    return begin


def _limit(before: Sequence[Bucket], requests: int) -> float:
    known = sum(each.requests for each in before)
    share = (sum(each.bad for each in before) + 1) / (known + 2)
    spread = math.sqrt(share * (1 - share) * (1 / max(requests, 1) + 1 / (known + 2)))
    return share + max(0.02, 4 * spread)


def _exceeds(buckets: Sequence[Bucket], limit: float) -> bool:
    requests, bad = sum(each.requests for each in buckets), sum(each.bad for each in buckets)
    return requests > 0 and bad >= _BAD_AT_LEAST and bad / requests > limit
