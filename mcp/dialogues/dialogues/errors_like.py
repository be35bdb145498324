"""Which errors are like some words: by meaning where a model is at hand, by letters, and by the words themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reference_agent.telemetry import Telemetry

from dialogues import statements
from dialogues.dialogue import Dialogue, Subject, Verdict
from dialogues.wording import counted, figure


def _asks(subject: Subject) -> str:
    return f"Which errors are like {subject.text}?"


async def _hold(telemetry: Telemetry, subject: Subject, verdict: Verdict) -> None:
    near: list[dict[str, Any]] = []
    if subject.vector:
        near += await telemetry.rows("What means the same?", statements.similar_to_vector(subject))
        _add_nearest(near, f"By meaning ({subject.model})", verdict)
    letters = await telemetry.rows("What is written alike?", statements.similar_to_text(subject.text))
    _add_nearest(letters, "By letters", verdict)
    places = await telemetry.rows("Do the words themselves stand anywhere?", statements.said_literally(subject))
    verdict.because += [
        f"The words stand in {row['Place']} of {row['ServiceName']}, {row['Times']} times; see trace {row['Example']}."
        for row in places
    ] or ["The words stand in no log record and in no exception of a span."]
    alike = _once([row for row in [*near, *letters] if row["IsSimilar"]])
    if not alike:
        said = ", and the words themselves are said" if places else ""
        verdict.says = f"None{said}. The nearest only sounds alike: a weak likeness is no find."
        return
    traced = next((str(row["ExemplarTraceId"]) for row in alike if row["ExemplarTraceId"]), "")
    if traced:
        await telemetry.rows("What is known of the nearest one's trace?", statements.similar_to_trace(traced))
    verdict.says = f"{counted(len(alike), 'kind')} of error."
    verdict.because += [_find(row) for row in alike]


def _add_nearest(rows: Sequence[dict[str, Any]], how: str, verdict: Verdict) -> None:
    if rows and not rows[0]["IsSimilar"]:
        verdict.because.append(
            f"{how} the nearest is {_words(rows[0])!r} of {rows[0]['ServiceName']}, at distance"
            f" {figure(rows[0]['Distance'])}: too far."
        )


def _once(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({(row["ServiceName"], row["Error"], row["Cause"]): row for row in reversed(rows)}.values())[::-1]


def _find(row: dict[str, Any]) -> str:
    helped = f" What helped: {row['Resolution']}" if row.get("Resolution") else ""
    return (
        f"{row['ServiceName']}: {_words(row)}, {counted(row['Count'], 'time')}, the last time at"
        f" {str(row['LastSeen'])[:19]} (distance {figure(row['Distance'])}).{helped}"
    )


def _words(row: dict[str, Any]) -> str:
    return f"{row['Error']}: {row['Cause']}" if row["Cause"] and not row.get("Resolution") else str(row["Error"])


ERRORS_LIKE = Dialogue("errors_like", _asks, _hold)
