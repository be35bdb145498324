"""Which of the known mechanisms explains what was seen. The words are those of docs/ground-truth.md."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Evidence:
    """What the investigation found around the operation that it blames."""

    service: str
    operation: str
    error_types: Sequence[str]
    logs: Sequence[Mapping[str, Any]] = ()
    gauges: Sequence[Mapping[str, Any]] = ()
    attributes: Sequence[Mapping[str, Any]] = ()
    calls: Sequence[Mapping[str, Any]] = ()
    holder: Mapping[str, Any] | None = field(default=None)
    overlaps: bool = False
    """Whether it ran twice at a time for one visitor before that visitor's request failed."""


def mechanism(evidence: Evidence) -> str | None:
    """The first that fits, the most specific before the general; ``None`` when nothing speaks for any."""
    types = " ".join(evidence.error_types).lower()
    said = " ".join(
        f"{row['Template']} {row['Cause']}".lower()
        for row in evidence.logs
        if row["ServiceName"] == evidence.service and row["Severity"] in ("WARN", "ERROR") and _is_new(row)
    )
    grown = [
        str(row["MetricName"])
        for row in evidence.gauges
        if row["ServiceName"] == evidence.service and float(row["MaxNow"]) > 1.5 * float(row["MaxBefore"] or 0) + 10
    ]
    if "lock" in types or "lock" in said:
        return "lock_contention"
    if "pool" in types or evidence.holder is not None:
        return "connection_pool_exhaustion"
    if "full" in said or ("cache" in said and "refused" in said):
        return "cache_without_eviction"
    if is_of_a_new_version(evidence.attributes):
        return "defective_release"
    if _repeats(evidence.calls) or re.search(r"<n> (attempts|tries|retries)", said):
        return "retry_storm"
    if evidence.overlaps:
        return "lost_update"
    if re.search(r"more than once|twice|duplicate", said):
        return "missing_idempotency_key"
    if any("cache" in name for name in grown):
        return "cache_without_eviction"
    if grown:
        return "unbounded_growth"
    if "timeout" in types:
        return "retry_storm" if len(evidence.calls) == 2 else "dependency_outage"
    return "lost_update" if "mismatch" in said or "changed meanwhile" in said or "differ" in said else None


def is_of_a_new_version(attributes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether failures come with a version that was not there before, far more often than with the others."""
    versions = [row for row in attributes if str(row["Name"]).endswith("service.version")]
    # Windows are cut to whole seconds, so the first few may count as before.
    new = [row for row in versions if int(row["CallsNow"]) > 5 * int(row["CallsBefore"]) and int(row["ErrorsNow"]) >= 3]
    old = [float(row["ErrorShareNow"]) for row in versions if row not in new]
    return len(new) == 1 and float(new[0]["ErrorShareNow"]) > 2 * max(old, default=0)


def _is_new(row: Mapping[str, Any]) -> bool:
    return int(row["CountNow"]) > 3 * int(row["CountBefore"])


def _repeats(calls: Sequence[Mapping[str, Any]]) -> bool:
    each = {int(row["Now"]): float(row["CallsEach"]) for row in calls}
    return each.get(1, 0) > 1.3 * max(each.get(0, 0), 0.5) and each.get(1, 0) > 1
