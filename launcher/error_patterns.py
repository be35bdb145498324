"""What is known of errors: the table ``error_patterns``, to which ``./demo learn`` adds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from launcher.clickhouse_client import clickhouse_answer
from launcher.configuration.settings import Settings
from launcher.errors import UserError
from launcher.similar_errors import query_rows

NO_REMEDY = "Not known yet."

_RELATED = 20
"""As many traces as a pattern names."""

# Written as UTC: a bare time would be read in the zone of whoever stores it.
_TIME = "formatDateTime({}, '%Y-%m-%d %H:%i:%S.%f', 'UTC')"


@dataclass(frozen=True)
class Lesson:
    """What was behind the errors of some traces."""

    traces: str
    """A query that gives their ids."""
    cause: str
    resolution: str | None
    """What a person says helped."""
    from_person: bool
    """A person's cause replaces the one that was known; a label's only stands where none was."""
    usual_remedy: str = NO_REMEDY
    """What stands where nobody has said what helped."""


def learn(settings: Settings, lesson: Lesson) -> str:
    """Writes down the most severe, then most frequent error of the traces; returns its signature.

    Learned again from the same traces, nothing is counted twice. Raises ``UserError``.
    """
    error = _error_of(settings, lesson.traces)
    signature = _joined(error["body"], error["cause"])
    known = _known(settings, error["service"], signature)
    row = {
        "error_signature": signature,
        "error_message": _joined(error["example"], error["example_cause"]),
        "service_name": error["service"],
        **_what_is_said(lesson, known),
        **_what_is_counted(error, known),
    }
    if known:
        row |= {"pattern_id": known["pattern_id"], "created_at": known["created_at"]}
    statement = "INSERT INTO error_patterns FORMAT JSONEachRow\n" + json.dumps(row)
    with clickhouse_answer(settings, statement, "JSONEachRow") as answer:
        answer.text()
    return signature


def _error_of(settings: Settings, traces: str) -> Mapping[str, Any]:
    found = query_rows(
        settings,
        f"""
        SELECT any(log_template(Body)) AS body, any(log_template(log_cause(LogAttributes))) AS cause,
               any(toValidUTF8(substring(Body, 1, 2000))) AS example, any(log_cause(LogAttributes)) AS example_cause,
               toString(any(ServiceName)) AS service, uniqExact(TraceId) AS count,
               {_TIME.format("max(Timestamp)")} AS last,
               arraySlice(arraySort(groupUniqArray(TraceId)), 1, {_RELATED}) AS traces
        FROM otel_logs
        WHERE TraceId IN ({traces}) AND TraceId != '' AND log_is_warning(SeverityNumber, SeverityText)
        GROUP BY log_template_key(ServiceName, SeverityText, Body, LogAttributes)
        ORDER BY max(SeverityNumber) DESC, count DESC, min(Timestamp)
        LIMIT 1
        """,
        {},
    )
    if not found:
        raise UserError("no warning and no error in its logs: there is nothing to recognize it by", exit_status=2)
    return found[0]


def _known(settings: Settings, service: str, signature: str) -> Mapping[str, Any] | None:
    found = query_rows(
        settings,
        f"SELECT toString(pattern_id) AS pattern_id, {_TIME.format('created_at')} AS created_at,"
        " root_cause, resolution, occurrence_count, related_trace_ids FROM error_patterns FINAL"
        " WHERE service_name = {service:String} AND error_signature = {signature:String}",
        {"service": service, "signature": signature},
    )
    return found[0] if found else None


def _what_is_said(lesson: Lesson, known: Mapping[str, Any] | None) -> dict[str, str]:
    return {
        "root_cause": known["root_cause"] if known and not lesson.from_person else lesson.cause,
        "resolution": lesson.resolution or (known["resolution"] if known else lesson.usual_remedy),
    }


def _what_is_counted(error: Mapping[str, Any], known: Mapping[str, Any] | None) -> dict[str, Any]:
    before = int(known["occurrence_count"]) if known else 0
    named = list(known["related_trace_ids"]) if known else []
    again = not set(named).isdisjoint(error["traces"])
    count = max(before, int(error["count"])) if again else before + int(error["count"])
    return {
        "occurrence_count": count,
        "last_seen": error["last"],
        # The newest first; the oldest make room.
        "related_trace_ids": list(dict.fromkeys([*error["traces"], *named]))[:_RELATED],
    }


def _joined(body: str, cause: str) -> str:
    return f"{body}: {cause}" if cause else body
