"""The questions of the dialogues as SQL, beside those that the reference agent has."""

from __future__ import annotations

from reference_agent.question import sql_time
from reference_agent.statements import Windows

from dialogues.dialogue import Subject

_ERROR = "StatusCode IN ('Error', 'STATUS_CODE_ERROR')"

MANY_CALLS = 5
"""As often as one trace repeats a call before anybody calls that strange."""


def severities(subject: Subject) -> str:
    """How many records of each severity the services of that name write."""
    return f"""SELECT ServiceName, upper(SeverityText) AS Severity, count() AS Records,
    min(Timestamp) AS First, max(Timestamp) AS Last
FROM otel_logs
WHERE {_within(subject)}
  AND ServiceName ILIKE {quoted(f"%{subject.text}%")}
GROUP BY ServiceName, Severity ORDER BY max(SeverityNumber) DESC, ServiceName LIMIT 12"""


def top_bodies(subject: Subject) -> str:
    """What its errors say most often, each with the trace that said it last."""
    return f"""SELECT count() AS Records, ServiceName, log_template(Body) AS Said,
    log_cause(any(LogAttributes)) AS Cause, min(Timestamp) AS First,
    argMaxIf(TraceId, Timestamp, TraceId != '') AS Example
FROM otel_logs
WHERE {_within(subject)} AND SeverityNumber >= 17
  AND ServiceName ILIKE {quoted(f"%{subject.text}%")}
GROUP BY ServiceName, Said ORDER BY Records DESC, Said LIMIT 10"""


def similar_to_trace(trace_id: str) -> str:
    """What was met before and is like the errors of a trace, nearest first."""
    return f"SELECT * FROM agent_similar_errors(trace_id = {quoted(trace_id)})"


def similar_to_text(text: str) -> str:
    """The same for words, by the letters that they share."""
    return f"SELECT * FROM agent_similar_errors_by_text(text = {quoted(text)})"


def similar_to_vector(subject: Subject) -> str:
    """The same for words that were embedded, by what they mean."""
    return f"""WITH {[round(value, 5) for value in subject.vector]} AS asked
SELECT kinds.ServiceName AS ServiceName, Error, Cause, round(cosineDistance(vectors.Embedding, asked), 3) AS Distance,
    Distance < (SELECT max(`Limit`) FROM embedding_models FINAL WHERE Model = {quoted(subject.model)}) AS IsSimilar,
    Count, LastSeen, ExemplarTraceId
FROM
(
    SELECT Key, toString(any(ServiceName)) AS ServiceName, any(Template) AS Error, any(Cause) AS Cause,
        sum(Count) AS Count, max(LastSeen) AS LastSeen, max(ExemplarTraceId) AS ExemplarTraceId
    FROM log_templates GROUP BY Key
) AS kinds
INNER JOIN
(
    SELECT Key, Embedding FROM template_embeddings FINAL WHERE Model = {quoted(subject.model)}
) AS vectors ON vectors.Key = kinds.Key
WHERE length(vectors.Embedding) = length(asked)
ORDER BY Distance, ServiceName, Error LIMIT 5"""


def said_literally(subject: Subject) -> str:
    """Where the very words stand, in logs and in the exceptions of spans."""
    words = quoted(subject.text)
    return f"""SELECT 'a log record' AS Place, ServiceName, count() AS Times, max(Timestamp) AS Last,
    any(TraceId) AS Example
FROM otel_logs
WHERE {_within(subject)}
  AND (positionCaseInsensitiveUTF8(Body, {words}) > 0
    OR arrayExists(value -> positionCaseInsensitiveUTF8(value, {words}) > 0, mapValues(LogAttributes)))
GROUP BY ServiceName
UNION ALL
SELECT 'an exception of a span' AS Place, ServiceName, count() AS Times, max(Timestamp) AS Last,
    any(TraceId) AS Example
FROM otel_traces
WHERE {_within(subject)}
  AND arrayExists(each -> arrayExists(value -> positionCaseInsensitiveUTF8(value, {words}) > 0, mapValues(each)),
    Events.Attributes)
GROUP BY ServiceName
ORDER BY Times DESC, Place, ServiceName LIMIT 10"""


def strangeness(subject: Subject, step: int) -> str:
    """How many of the traces are strange, by what visitors asked for, over time: (seconds from the beginning, traces,
    strange ones) in steps of so many seconds."""
    begin = f"toDateTime('{sql_time(subject.begin)}', 'UTC')"
    return f"""SELECT SpanName, sum(Number) AS Traces, sum(Strange) AS StrangeOnes,
    arraySort(groupArray((At, Number, Strange))) AS Course
FROM
(
    SELECT SpanName, {step} * intDiv(dateDiff('second', {begin}, Timestamp), {step}) AS At,
        count() AS Number, countIf(IsAnomaly = 1) AS Strange
    FROM trace_summaries FINAL
    WHERE {_within(subject)}
    GROUP BY SpanName, At
)
GROUP BY SpanName ORDER BY max(Strange / (Number + 10)) DESC, SpanName LIMIT 8"""


def strange_traces(windows: Windows) -> str:
    """The strangest with score and reason."""
    stretch = f"from = '{sql_time(windows.begin)}', to = '{sql_time(windows.end)}'"
    return f"SELECT * FROM agent_anomalous_traces({stretch}) LIMIT 10"


def kinds_of_strangeness(windows: Windows) -> str:
    """What strange traces have in common: the reason without its figures."""
    return f"""SELECT SpanName, log_template(Reason) AS Kind, countIf(Now) AS TracesNow,
    countIf(NOT Now) AS TracesBefore, round(toFloat64(maxIf(Score, Now)), 2) AS MostScore,
    argMaxIf(TraceId, Score, Now) AS Example
FROM
(
    SELECT *, Timestamp >= '{sql_time(windows.begin)}' AS Now FROM trace_summaries FINAL
    WHERE Timestamp >= '{sql_time(windows.before)}' AND Timestamp < '{sql_time(windows.end)}' AND IsAnomaly = 1
)
GROUP BY SpanName, Kind HAVING TracesNow > 0
ORDER BY TracesNow / (TracesBefore + 3) DESC, TracesNow DESC, SpanName, Kind LIMIT 8"""


def sessions(trace_id: str) -> str:
    """What the visitor of a trace asked for before and after."""
    return f"SELECT * FROM agent_sessions(trace_id = {quoted(trace_id)})"


def repeated_calls(windows: Windows) -> str:
    """Calls and messages that one trace has five times and more, and that most of them fail."""
    return f"""SELECT ServiceName, SpanName, SpanKind, countIf(Now) AS TracesNow, countIf(NOT Now) AS TracesBefore,
    maxIf(Times, Now) AS MostNow, argMaxIf(TraceId, Times, Now) AS Example
FROM
(
    SELECT TraceId, ServiceName, SpanName, SpanKind, count() AS Times,
        max(Timestamp) >= '{sql_time(windows.begin)}' AS Now
    FROM otel_traces
    WHERE Timestamp >= '{sql_time(windows.before)}' AND Timestamp < '{sql_time(windows.end)}'
      AND SpanKind IN ('Client', 'Consumer') AND {_ERROR}
    GROUP BY TraceId, ServiceName, SpanName, SpanKind HAVING Times >= {MANY_CALLS}
)
GROUP BY ServiceName, SpanName, SpanKind HAVING TracesNow > 0
ORDER BY MostNow DESC, ServiceName, SpanName LIMIT 10"""


def slower_operations(windows: Windows) -> str:
    """Operations that take ten times as long as before, at the median or for one in twenty."""
    return f"""SELECT ServiceName, SpanName, CallsNow, P50MsBefore, P50MsNow, P95MsBefore, P95MsNow,
    round(greatest(P50MsNow / greatest(P50MsBefore, 0.1), P95MsNow / greatest(P95MsBefore, 0.1)), 1) AS TimesAsLong
FROM agent_change_by_operation({windows.arguments})
WHERE TimesAsLong >= 10 AND P95MsNow >= 20 AND CallsBefore >= 20 AND CallsNow >= 5
ORDER BY TimesAsLong DESC, ServiceName, SpanName LIMIT 8"""


def visitors(windows: Windows) -> str:
    """How many requests of visitors fail and how long they take, before and now."""
    return f"""SELECT if(Timestamp >= '{sql_time(windows.begin)}', 'now', 'before') AS Time, count() AS Requests,
    countIf({_ERROR}
        AND toUInt16OrZero(SpanAttributes['http.response.status_code']) NOT BETWEEN 400 AND 499) AS Failed,
    round(100 * Failed / Requests, 2) AS Percent, round(quantile(0.95)(Duration) / 1e6, 1) AS P95Ms
FROM otel_traces
WHERE Timestamp >= '{sql_time(windows.before)}' AND Timestamp < '{sql_time(windows.end)}'
  AND ParentSpanId = '' AND SpanKind IN ('Server', 'SPAN_KIND_SERVER')
GROUP BY Time ORDER BY Time"""


def quoted(text: str) -> str:
    """A text as a literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _within(subject: Subject) -> str:
    return f"Timestamp >= '{sql_time(subject.begin)}' AND Timestamp < '{sql_time(subject.end)}'"
