"""The plan, the same for every question: guide, timeline, map, changes, anatomy of what failed, one trace, an answer.

It knows OpenTelemetry and what services, databases and caches are made of. It knows no incident of this shop: a test
holds it to that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from reference_agent import statements
from reference_agent.budget import BudgetSpent
from reference_agent.mechanism import Evidence, mechanism
from reference_agent.onset import Bucket, disturbance
from reference_agent.question import Answer, Operation, Question
from reference_agent.telemetry import Telemetry, ToolFailed

_BUCKET = timedelta(seconds=5)
# Whoever comes last runs out of time, whoever took it: these say less than any other error.
_OUT_OF_TIME = frozenset(["504", "503", "timeout", "CancellationError", "ResponseWriteError"])
_MUCH_MS = 1000


async def investigate(telemetry: Telemetry, question: Question) -> Answer:
    """Finds the cause, as far as the budget reaches: what is known when it ends is the answer."""
    answer = Answer(question.name)
    try:
        await _investigate(telemetry, question, answer)
    except BudgetSpent as spent:
        answer.because.append(f"Stopped early: {spent}.")
    except ToolFailed as failed:
        answer.because.append(f"Stopped early, a question was refused: {failed}.")
    return answer


async def _investigate(telemetry: Telemetry, question: Question, answer: Answer) -> None:
    await telemetry.rows("What is there to ask?", "SELECT Line FROM agent_guide")
    rows = await telemetry.rows("Since when do requests of visitors fail?", statements.timeline(question))
    buckets = _buckets(rows, question)
    found = disturbance(buckets)
    if found is None:
        answer.because.append("The share of failing requests does not rise in this time: nothing is wrong.")
        return
    begin = max(buckets[found.begin].at, question.begin)
    end = min(buckets[found.end - 1].at + _BUCKET, question.end)
    answer.onset = begin
    answer.because.append(f"Requests fail more often from {begin:%H:%M:%S} to {end:%H:%M:%S} than before.")
    windows = statements.Windows(question.begin, begin, end)

    await telemetry.rows("Who calls whom?", statements.service_map(windows))
    operations = await telemetry.rows("Which operations changed?", statements.change_by_operation(windows))
    logs = await telemetry.rows("Which log bodies are new?", statements.change_by_log(windows))
    anatomy = await telemetry.rows("Where do failing requests begin to fail?", statements.anatomy(windows))
    origin = _origin(anatomy)
    if origin is None:
        answer.because.append("No span of the failing requests fails by itself: the telemetry does not say more.")
        return
    blamed = Operation(origin["ServiceName"], origin["Blamed"])
    answer.root = blamed
    answer.because.append(
        f"{blamed.name} of {blamed.service} fails by itself in {origin['Origins']} spans of failing requests, with"
        f" {', '.join(origin['Types']) or 'no error type'}."
    )
    answer.path = _path(origin)

    evidence = Evidence(service=blamed.service, operation=blamed.name, error_types=origin["Types"], logs=logs)
    evidence.gauges = await telemetry.rows("What grew?", statements.change_by_gauge(windows))
    evidence.attributes = await telemetry.rows("Whom does it hit?", statements.change_by_attribute(blamed, windows))
    if _out_of_time(origin) or origin["Waits"]:
        await _follow_the_time(telemetry, windows, answer, evidence, operations, origin)
    evidence.calls = await telemetry.rows("Is a call repeated?", statements.calls_of(blamed, windows))
    answer.mechanism = mechanism(evidence)
    if origin["Example"]:
        await telemetry.rows("What does one of them look like?", statements.trace(origin["Example"]))
    answer.onset = _instant(origin["First"], begin)


async def _follow_the_time(
    telemetry: Telemetry,
    windows: statements.Windows,
    answer: Answer,
    evidence: Evidence,
    operations: Sequence[dict[str, Any]],
    origin: dict[str, Any],
) -> None:
    """Who took the time that the blamed operation had not: whoever kept a database, or worked longer by itself."""
    blamed = answer.root
    assert blamed is not None
    waits = await telemetry.rows("Who waits for a connection?", statements.waits(windows))
    if waits and _grew(waits[0]["WaitNowMs"], waits[0]["WaitBeforeMs"]):
        waiting = Operation(waits[0]["ServiceName"], waits[0]["SpanName"])
        rows = await telemetry.rows("Who keeps the database?", statements.holders(waiting.service, windows))
        if rows and _grew(rows[0]["BusyNowMs"], rows[0]["BusyBeforeMs"]):
            holder = Operation(waiting.service, rows[0]["Operation"])
            evidence.service, evidence.operation, evidence.holder = holder.service, holder.name, rows[0]
            answer.path = [(holder, waiting), *_path_from(waiting, answer.path or [(blamed, blamed)])]
            answer.root = holder
            answer.because.append(
                f"{waiting.name} of {waiting.service} waits for a connection. Meanwhile {holder.name} kept its database"
                f" for {float(rows[0]['BusyNowMs']):.0f} ms, {float(rows[0]['BusyBeforeMs']):.0f} ms before."
            )
            return
    slower = [row for row in operations if row["SpanKind"] != "Client" and row["SpanName"] != origin["SpanName"]]
    slowest = max(slower, key=lambda row: float(row["SelfP95MsNow"]) - float(row["SelfP95MsBefore"]), default=None)
    if slowest is None or float(slowest["SelfP95MsNow"]) < 3 * float(slowest["SelfP95MsBefore"]) + 100:
        return
    cause = Operation(slowest["ServiceName"], slowest["SpanName"])
    answer.path = _path_from(cause, answer.path or [(blamed, blamed)])
    answer.root = cause
    evidence.service, evidence.operation = cause.service, cause.name
    answer.because.append(
        f"{blamed.name} only ran out of time. {cause.name} of {cause.service} took {slowest['SelfP95MsNow']} ms"
        f" by itself (p95), {slowest['SelfP95MsBefore']} ms before."
    )


def _out_of_time(origin: dict[str, Any]) -> bool:
    return bool(origin["Types"]) and all(each in _OUT_OF_TIME for each in origin["Types"])


def _grew(now: Any, before: Any) -> bool:
    return float(now) > 3 * float(before) + _MUCH_MS


def _buckets(rows: Sequence[dict[str, Any]], question: Question) -> list[Bucket]:
    found = [Bucket(_instant(row["At"], question.begin), int(row["Requests"]), int(row["Bad"])) for row in rows]
    return [each for each in found if each.requests > 0]


def _origin(anatomy: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Where most failing requests begin to fail; what failed as often before counts for nothing."""
    candidates = [row for row in anatomy if int(row["Origins"]) >= 3]
    return max(candidates, key=_weight, default=None)


def _weight(row: dict[str, Any]) -> tuple[float, int]:
    return float(row["Excess"]) * (0.4 if _out_of_time(row) else 1), int(row["Origins"])


def _path(origin: dict[str, Any]) -> list[tuple[Operation, Operation]]:
    """From the operation over every request that was served on the way to what the visitor asked for."""
    way = [Operation(origin["ServiceName"], origin["Blamed"])]
    for service, name in origin["Way"]:
        if Operation(service, name) != way[-1]:
            way.append(Operation(service, name))
    return list(zip(way, way[1:]))


def _path_from(waiting: Operation, path: Sequence[tuple[Operation, Operation]]) -> list[tuple[Operation, Operation]]:
    if not path or path[0][0] == waiting:
        return list(path)
    return [(waiting, path[0][0]), *path]


def _instant(value: Any, otherwise: datetime) -> datetime:
    text = str(value).replace("T", " ").removesuffix("+00:00").removesuffix("Z")
    for form in ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text[:26], form).replace(tzinfo=timezone.utc)
        except ValueError:
            continue
    return otherwise
