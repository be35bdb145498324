"""Is anything abnormal: are traces strange, which, whose are they, what is repeated, what is slow, who notices?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from reference_agent import statements as agent_statements
from reference_agent.onset import Bucket, Disturbance, disturbance
from reference_agent.statements import Windows
from reference_agent.telemetry import Telemetry

from dialogues import statements
from dialogues.dialogue import Dialogue, Subject, Verdict
from dialogues.wording import counted, figure


def _asks(subject: Subject) -> str:
    return "Is anything abnormal?"


async def _hold(telemetry: Telemetry, subject: Subject, verdict: Verdict) -> None:
    step = _step(subject)
    rows = await telemetry.rows("Where are traces strange, and when?", statements.strangeness(subject, step))
    courses = [_course(row, subject) for row in rows]
    if not courses:
        verdict.says = "There are no scores of that time: is embedding-pipeline up?"
        return
    worst = max((each for each in courses if each.found is not None), key=lambda each: each.excess, default=None)
    if worst is None or worst.found is None:
        windows = Windows(subject.begin, subject.begin + (subject.end - subject.begin) / 2, subject.end)
        strange, traces = sum(each.strange for each in courses), sum(each.traces for each in courses)
        verdict.because.append(f"{strange} of {traces} traces are strange, nowhere more at one time than at others.")
    else:
        begin = max(worst.buckets[worst.found.begin].at, subject.begin)
        end = min(worst.buckets[worst.found.end - 1].at + timedelta(seconds=step), subject.end)
        windows = Windows(subject.begin, begin, end)
        verdict.because.append(f"{worst.name}: from {begin:%H:%M:%S} to {end:%H:%M:%S} {worst.said}")
    await _strangest(telemetry, windows, verdict)
    patterns = await _patterns(telemetry, windows)
    shares = await telemetry.rows("Do visitors notice?", statements.visitors(windows))
    noticed = _noticed(shares, verdict)
    if worst is None and not patterns and not noticed:
        verdict.says = "No. An ordinary time has strange traces too, and nothing else is out of the ordinary."
    else:
        found_so_many = counted(len(patterns), "pattern") if patterns else "more strange traces than usual"
        verdict.says = f"Yes: {found_so_many}" + (f", since {windows.begin:%H:%M:%S}." if worst else ".")
    verdict.because += patterns


@dataclass(frozen=True)
class _Course:
    """How traces of one kind of request went over the time."""

    name: str
    buckets: list[Bucket]
    found: Disturbance | None
    """When more of them were strange than before; ``None`` where the share only wavers."""

    @property
    def traces(self) -> int:
        return sum(each.requests for each in self.buckets)

    @property
    def strange(self) -> int:
        return sum(each.bad for each in self.buckets)

    @property
    def traces_inside(self) -> int:
        return sum(each.requests for each in self._inside)

    @property
    def strange_inside(self) -> int:
        return sum(each.bad for each in self._inside)

    @property
    def excess(self) -> float:
        """Strange traces that the share at other times does not explain."""
        others = max(self.traces - self.traces_inside, 1)
        return self.strange_inside - self.traces_inside * (self.strange - self.strange_inside) / others

    @property
    def said(self) -> str:
        """The two shares."""
        strange, traces = self.strange - self.strange_inside, self.traces - self.traces_inside
        return (
            f"{self.strange_inside} of {self.traces_inside} traces are strange; {strange} of {traces} at other times."
        )

    @property
    def _inside(self) -> list[Bucket]:
        return self.buckets[self.found.begin : self.found.end] if self.found else []


def _step(subject: Subject) -> int:
    """Sixty steps at most, of five seconds at least."""
    return max(5, 5 * math.ceil((subject.end - subject.begin).total_seconds() / 300))


def _course(row: dict[str, Any], subject: Subject) -> _Course:
    buckets = [
        Bucket(subject.begin + timedelta(seconds=int(at)), int(traces), int(strange))
        for at, traces, strange in row["Course"]
    ]
    return _Course(str(row["SpanName"]), buckets, disturbance(buckets))


async def _strangest(telemetry: Telemetry, windows: Windows, verdict: Verdict) -> None:
    scores = await telemetry.rows("Which are the strangest, and why?", statements.strange_traces(windows))
    if not scores:
        return
    kinds = await telemetry.rows("What have they in common?", statements.kinds_of_strangeness(windows))
    # The strangest of all may be strange by itself: one of many alike tells more.
    most = kinds[0]
    verdict.because.append(
        f"Most out of the ordinary, {most['TracesNow']} traces ({most['TracesBefore']} before), score up to"
        f" {figure(most['MostScore'])}: in {most['SpanName']}, {most['Kind']}; see trace {most['Example']}."
    )
    await telemetry.rows("What does one of them look like?", agent_statements.trace(most["Example"]))
    session = await telemetry.rows("Whose is it, and what else happened to them?", statements.sessions(most["Example"]))
    if session:
        failed = sum(bool(row["Failed"]) for row in session)
        verdict.because.append(f"Its visitor made {counted(len(session), 'request')} in that visit; {failed} failed.")


async def _patterns(telemetry: Telemetry, windows: Windows) -> list[str]:
    repeated = await telemetry.rows(
        f"Is anything tried {statements.MANY_CALLS} times or more?", statements.repeated_calls(windows)
    )
    slower = await telemetry.rows(
        "Does anything take ten times as long as before?", statements.slower_operations(windows)
    )
    found = [
        f"Retries: {row['SpanName']} of {row['ServiceName']} fails up to {row['MostNow']} times in one trace,"
        f" five times or more in {counted(row['TracesNow'], 'trace')} ({row['TracesBefore']} before);"
        f" see trace {row['Example']}."
        for row in repeated
        if int(row["TracesNow"]) > int(row["TracesBefore"])
    ]
    # Who waits for a slow one is slow as well: the first of a service stands for it.
    by_service = {str(row["ServiceName"]): row for row in reversed(slower)}
    found += [
        f"Latency: {row['SpanName']} of {name} takes {figure(row['TimesAsLong'])} times as long"
        f" (p95 {figure(row['P95MsBefore'])} ms, now {figure(row['P95MsNow'])} ms;"
        f" median {figure(row['P50MsBefore'])} ms, now {figure(row['P50MsNow'])} ms)."
        for name, row in sorted(by_service.items(), key=lambda each: -float(each[1]["TimesAsLong"]))
    ]
    return found


def _noticed(shares: Sequence[dict[str, Any]], verdict: Verdict) -> bool:
    by_time = {row["Time"]: row for row in shares}
    if not {"before", "now"} <= set(by_time):
        return False
    before, now = by_time["before"], by_time["now"]
    verdict.because.append(
        f"{figure(now['Percent'])} % of {now['Requests']} requests of visitors fail, {figure(before['Percent'])} %"
        f" before; their p95 is {figure(now['P95Ms'])} ms, {figure(before['P95Ms'])} ms before."
    )
    failing = int(now["Failed"]) >= 5 and float(now["Percent"]) > 2 * float(before["Percent"]) + 1
    return failing or float(now["P95Ms"]) > 3 * float(before["P95Ms"]) + 100


ANYTHING_ABNORMAL = Dialogue("anything_abnormal", _asks, _hold)
