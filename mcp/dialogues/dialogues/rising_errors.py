"""Errors of a service rise: what do they say, was it met before, where do they begin, and what helped the last time?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reference_agent.investigation import investigate
from reference_agent.question import Answer, Operation
from reference_agent.telemetry import Telemetry

from dialogues import statements
from dialogues.dialogue import Dialogue, Subject, Verdict
from dialogues.wording import counted, figure


def _asks(subject: Subject) -> str:
    return f"{subject.text.capitalize()} errors are rising. What is the cause?"


async def _hold(telemetry: Telemetry, subject: Subject, verdict: Verdict) -> None:
    counts = await telemetry.rows("How many records are there of each severity?", statements.severities(subject))
    if not counts:
        verdict.says = f"No service has {subject.text!r} in its name and logs anything in that time."
        return
    errors = sum(int(row["Records"]) for row in counts if row["Severity"] in ("ERROR", "FATAL"))
    if not errors:
        verdict.says = "It logs no errors in that time: nothing rises."
        return
    bodies = await telemetry.rows("What do the errors say?", statements.top_bodies(subject))
    most = bodies[0]
    said = f"{most['Said']}: {most['Cause']}" if most["Cause"] else most["Said"]
    verdict.because.append(f"{most['ServiceName']} logs {counted(errors, 'error')}, {most['Records']} of them: {said}")
    past: Sequence[dict[str, Any]] = ()
    if most["Example"]:
        past = await telemetry.rows("Was anything like it met before?", statements.similar_to_trace(most["Example"]))
    answer = await investigate(telemetry, subject.question)
    verdict.because += answer.because
    verdict.says = _says(answer, most["ServiceName"])
    verdict.because.append(_the_last_time(past, answer.root))


def _says(answer: Answer, loudest: str) -> str:
    if answer.root is None:
        return "The telemetry does not tell what causes them."
    of = f" ({answer.mechanism.replace('_', ' ')})" if answer.mechanism else ""
    causes = [f"{answer.root.service}, {answer.root.name}{of}"]
    causes += [f"{each.operation.service}, {each.operation.name}" for each in answer.also]
    since = f", since {answer.onset:%H:%M:%S}" if answer.onset else ""
    only = "" if answer.root.service == loudest else f" {loudest} only reports it."
    return f"The cause is {' and '.join(causes)}{since}.{only}"


def _the_last_time(past: Sequence[dict[str, Any]], root: Operation | None) -> str:
    near = [row for row in past if row["Kind"] == "known pattern" and row["IsSimilar"]]
    if not near:
        return "Nothing that is known is like it: what helped the last time, if there was one, nobody has written down."
    pattern = near[0]
    agrees = ""
    if root is not None:
        names = "names the same service" if root.service in str(pattern["Cause"]) else "names another service: doubt it"
        agrees = f" It {names}."
    return (
        f"It was met before, {counted(pattern['Count'], 'time')}, the last time at {str(pattern['LastSeen'])[:19]}"
        f" (distance {figure(pattern['Distance'])}). Then the cause was: {pattern['Cause']}{agrees}"
        f" What helped: {pattern['Resolution']}"
    )


RISING_ERRORS = Dialogue("payment_errors", _asks, _hold)
