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
from reference_agent.mechanism import Evidence, is_of_a_new_version, mechanism
from reference_agent.onset import Bucket, disturbance
from reference_agent.question import Answer, Cause, Operation, Question
from reference_agent.telemetry import Telemetry, ToolFailed

_BUCKET = timedelta(seconds=5)
# Whoever comes last runs out of time, whoever took it: these say less than any other error.
_OUT_OF_TIME = frozenset(["504", "503", "timeout", "CancellationError", "ResponseWriteError"])
_MUCH_MS = 1000
# A second cause is named when it explains this share of what the first explains: a surplus one costs.
_AS_MUCH = 0.3
# By how much the share of failing sessions in which something overlapped must be above that of the others.
_LEAD = 0.4


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
        await _nobody_failed(telemetry, question, answer)
        return
    begin = max(buckets[found.begin].at, question.begin)
    end = min(buckets[found.end - 1].at + _BUCKET, question.end)
    answer.because.append(f"Requests fail more often from {begin:%H:%M:%S} to {end:%H:%M:%S} than before.")
    await _between_times(telemetry, statements.Windows(question.begin, begin, end), answer)


async def _between_times(telemetry: Telemetry, windows: statements.Windows, answer: Answer) -> None:
    begin = windows.begin
    answer.onset = begin
    await telemetry.rows("Who calls whom?", statements.service_map(windows))
    operations = await telemetry.rows("Which operations changed?", statements.change_by_operation(windows))
    logs = await telemetry.rows("Which warnings and errors are new?", statements.change_by_template(windows))
    anatomy = await telemetry.rows("Where do failing requests begin to fail?", statements.anatomy(windows))
    origin = _origin(anatomy)
    if origin is None:
        answer.because.append("No span of the failing requests fails by itself: the telemetry does not say more.")
        return
    blamed = Operation(origin["ServiceName"], origin["Blamed"])
    answer.root = blamed
    answer.because.append(_how(blamed, origin))
    answer.path = _path(origin)
    answer.onset = _instant(origin["First"], begin)

    evidence = Evidence(service=blamed.service, operation=blamed.name, error_types=origin["Types"], logs=logs)
    evidence.gauges = await telemetry.rows("What grew?", statements.change_by_gauge(windows))
    evidence.attributes = await telemetry.rows("Whom does it hit?", statements.change_by_attribute(blamed, windows))
    if _locked(origin):
        await _who_holds(telemetry, windows, answer, evidence, blamed)
    elif _out_of_time(origin) or origin["Waits"]:
        await _follow_the_time(telemetry, windows, answer, evidence, operations, origin)
    elif not origin["Types"] and not is_of_a_new_version(evidence.attributes):
        await _what_went_before(telemetry, windows, answer, evidence, origin)
    answer.mechanism = mechanism(evidence)
    if answer.mechanism is None:
        evidence.calls = await telemetry.rows("Is a call repeated?", statements.calls_of(blamed, windows))
        answer.mechanism = mechanism(evidence)
    for other in _others(anatomy, origin):
        await _name_another(telemetry, windows, answer, evidence, other)
    if origin["Example"]:
        await telemetry.rows("What does one of them look like?", statements.trace(origin["Example"]))


async def _nobody_failed(telemetry: Telemetry, question: Question, answer: Answer) -> None:
    """What is done wrongly without a failure is said in a log, if anywhere: a kind of error that is new."""
    rows = await telemetry.rows("Is anything said that was not said before?", statements.bursts(question))
    if not rows:
        answer.because.append("No request fails more often, and no new kind of error begins: nothing is wrong.")
        return
    burst = rows[0]
    repeated = await telemetry.rows("Is a message tried again and again?", statements.repeated_messages(question))
    if repeated and int(repeated[0]["Behind"]) > 0:
        await _held_up(telemetry, question, answer, repeated[0])
        return
    asked = await telemetry.rows(
        "What was asked for then?",
        statements.asked_for(burst["ServiceName"], burst["Template"], burst["Cause"], question),
    )
    if not asked:
        return
    begin = _instant(burst["First"], question.begin)
    if 2 * int(asked[0]["FailedTraces"]) > int(asked[0]["Traces"]):
        # Too few among all requests to be seen in their number, and yet they fail.
        answer.because.append(f"{burst['ServiceName']} says {burst['Template']!r} from {begin:%H:%M:%S} on.")
        begin, end = begin.replace(microsecond=0), _instant(burst["Last"], question.end) + timedelta(seconds=1)
        await _between_times(telemetry, statements.Windows(question.begin, begin, end), answer)
        return
    answer.root = Operation(asked[0]["ServiceName"], asked[0]["SpanName"])
    served = Operation(asked[0]["ServedService"], asked[0]["ServedName"])
    if served != answer.root:
        answer.path = [(answer.root, served)]
    answer.onset = begin
    answer.because.append(
        f"No request fails more often, but {burst['ServiceName']} says {burst['Template']!r} {burst['CountNow']} times,"
        f" for the first time at {answer.onset:%H:%M:%S}, when visitors ask {answer.root.service}"
        f" for {answer.root.name}."
    )
    answer.mechanism = mechanism(Evidence(burst["ServiceName"], answer.root.name, [], logs=rows))
    await telemetry.rows("What does one of them look like?", statements.trace(asked[0]["Example"]))


async def _held_up(telemetry: Telemetry, question: Question, answer: Answer, repeated: dict[str, Any]) -> None:
    """A message that cannot be processed keeps all behind it waiting, while whoever sent them was answered long ago."""
    answer.root = Operation(repeated["ServiceName"], repeated["SpanName"])
    answer.path = [(answer.root, Operation(repeated["Sender"], repeated["Sending"]))]
    answer.onset = _instant(repeated["First"], question.begin)
    answer.mechanism = "poison_message"
    answer.because.append(
        f"No request fails more often, but {answer.root.service} tries {repeated['Messages']} messages again and again,"
        f" up to {repeated['MostAttempts']} times, while {repeated['Behind']} others wait behind them."
    )
    await telemetry.rows("What does one of them look like?", statements.trace(repeated["Example"]))


async def _who_holds(
    telemetry: Telemetry, windows: statements.Windows, answer: Answer, evidence: Evidence, blamed: Operation
) -> None:
    """A lock that others wait for belongs to somebody, who is not the one that fails."""
    rows = await telemetry.rows("Who keeps the database?", statements.holders(blamed.service, windows))
    longest = max(rows, key=lambda row: float(row["LongestNowMs"]), default=None)
    if longest is None or float(longest["LongestNowMs"]) < _MUCH_MS or longest["Operation"] == blamed.name:
        return
    holder = Operation(blamed.service, longest["Operation"])
    answer.root = holder
    answer.path = [(holder, blamed), *answer.path]
    evidence.holder, evidence.operation = longest, holder.name
    answer.because.append(
        f"{blamed.name} waits for a lock. {holder.name} kept the database for {float(longest['LongestNowMs']):.0f} ms"
        " at a time."
    )


async def _what_went_before(
    telemetry: Telemetry,
    windows: statements.Windows,
    answer: Answer,
    evidence: Evidence,
    origin: dict[str, Any],
) -> None:
    """What a service refuses by its own judgement was spoilt earlier: by what ran twice at a time for that visitor?"""
    blamed = answer.root
    assert blamed is not None
    rows = await telemetry.rows("What ran twice at a time before?", statements.overlaps(blamed, windows))

    def lead(row: dict[str, Any]) -> float:
        failing, going = max(int(row["Failing"]), 1), max(int(row["Going"]), 1)
        return int(row["BadWith"]) / failing - int(row["WellWith"]) / going

    told = [row for row in rows if lead(row) >= _LEAD and int(row["BadWith"]) >= 3]
    most = max((lead(row) for row in told), default=0.0)
    # Of a request and the step in it the step did it.
    near = [row for row in told if lead(row) >= 0.8 * most]
    chosen = next((row for row in near if row["Kind"] == "Internal"), near[0] if near else None)
    if chosen is None:
        return
    cause = Operation(blamed.service, chosen["SpanName"])
    answer.root = cause
    last = answer.path[-1][1] if answer.path else blamed
    answer.path = [(cause, last)]
    evidence.operation, evidence.overlaps = cause.name, True
    answer.because.append(
        f"In {chosen['BadWith']} of {chosen['Failing']} sessions that failed there, {cause.name} had run twice at a"
        f" time; in {chosen['WellWith']} of {chosen['Going']} others."
    )


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
            answer.path = [(holder, waiting), *_through(waiting, waits[0]["Under"], blamed, answer.path)]
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
    own = max((float(row["SelfP95MsNow"]) for row in operations if row["SpanName"] == origin["SpanName"]), default=0)
    if own > float(slowest["SelfP95MsNow"]):
        return
    cause = Operation(slowest["ServiceName"], slowest["SpanName"])
    answer.path = _path_from(cause, answer.path or [(blamed, blamed)])
    answer.root = cause
    evidence.service, evidence.operation = cause.service, cause.name
    answer.because.append(
        f"{blamed.name} only ran out of time. {cause.name} of {cause.service} took {slowest['SelfP95MsNow']} ms"
        f" by itself (p95), {slowest['SelfP95MsBefore']} ms before."
    )


async def _name_another(
    telemetry: Telemetry,
    windows: statements.Windows,
    answer: Answer,
    evidence: Evidence,
    origin: dict[str, Any],
) -> None:
    """A second cause beside the first: other requests fail, and begin to at another place."""
    blamed = Operation(origin["ServiceName"], origin["Blamed"])
    attributes = await telemetry.rows("Whom does the other hit?", statements.change_by_attribute(blamed, windows))
    own = Evidence(blamed.service, blamed.name, origin["Types"], evidence.logs, evidence.gauges, attributes)
    answer.also.append(Cause(blamed, mechanism(own)))
    answer.path += _path(origin)
    answer.because.append("At the same time, " + _how(blamed, origin))


def _how(blamed: Operation, origin: dict[str, Any]) -> str:
    return (
        f"{blamed.name} of {blamed.service} fails by itself in {origin['Origins']} spans of failing requests, with"
        f" {', '.join(origin['Types']) or 'no error type'}."
    )


def _others(anatomy: Sequence[dict[str, Any]], first: dict[str, Any]) -> list[dict[str, Any]]:
    """Places where many other requests begin to fail, by more than having no time left."""
    return [
        row
        for row in anatomy
        if row is not first
        and not _out_of_time(row)
        and int(row["Traces"]) >= 10
        and float(row["Excess"]) >= _AS_MUCH * float(first["Excess"])
    ][:1]


def _locked(origin: dict[str, Any]) -> bool:
    return any("lock" in str(each).lower() for each in origin["Types"])


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
    """From the operation over every request that was served on the way to what the visitor asked for.

    Each request leads to the next, and to it by way of the step that made the call. Who has no time left fails the
    visitor's request at once: the time was that request's.
    """
    begin = Operation(origin["ServiceName"], origin["Blamed"])
    served = [Operation(service, name) for service, name in origin["Way"]]
    if _out_of_time(origin) and served:
        return [(begin, served[-1])] if begin != served[-1] else []
    way = [begin, *(each for each in served if each != begin)]
    steps = list(zip(way, way[1:]))
    callers = [Operation(service, name) for service, name in origin["Calling"]]
    for caller in callers:
        below = next((one for one, other in zip(way, way[1:]) if other.service == caller.service != one.service), None)
        above = next((each for each in served if each.service == caller.service), None)
        if below is not None and above is not None and caller not in (below, above):
            steps += [(below, caller), (caller, above)]
    return steps


def _through(
    waiting: Operation, under: str, blamed: Operation, path: Sequence[tuple[Operation, Operation]]
) -> list[tuple[Operation, Operation]]:
    """From who waits over the request that is served there to who has too little time left, and on."""
    way = [waiting, *([Operation(waiting.service, under)] if under else []), blamed]
    steps = [(one, other) for one, other in zip(way, way[1:]) if one != other]
    return [*steps, *path]


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
