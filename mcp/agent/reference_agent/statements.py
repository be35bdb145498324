"""The questions of the plan as SQL. Names of services and operations in them come from answers, never from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from reference_agent.question import Operation, Question, sql_time

_ERROR = "StatusCode IN ('Error', 'STATUS_CODE_ERROR')"
_NOT_THE_VISITORS_MISTAKE = "toUInt16OrZero(SpanAttributes['http.response.status_code']) NOT BETWEEN 400 AND 499"
_FAILING_TRACES = 400


@dataclass(frozen=True)
class Windows:
    """An ordinary time, and the time in question, which follows it."""

    before: datetime
    begin: datetime
    end: datetime

    @property
    def arguments(self) -> str:
        """As the views take them."""
        return (
            f"from = '{sql_time(self.begin)}', to = '{sql_time(self.end)}',"
            f" before_from = '{sql_time(self.before)}', before_to = '{sql_time(self.begin)}'"
        )

    @property
    def spans(self) -> str:
        """Spans of requests that began in the time in question; they may end later."""
        return _between(self.begin - timedelta(seconds=1), self.end + timedelta(seconds=15))


def timeline(question: Question) -> str:
    """Requests of visitors and how many of them fail, in steps of five seconds."""
    return (
        "SELECT toStartOfInterval(Timestamp, INTERVAL 5 SECOND) AS At, count() AS Requests,"
        f" countIf({_ERROR} AND {_NOT_THE_VISITORS_MISTAKE}) AS Bad"
        f" FROM otel_traces WHERE {_between(question.begin, question.end)}"
        " AND ParentSpanId = '' AND SpanKind IN ('Server', 'SPAN_KIND_SERVER') GROUP BY At ORDER BY At LIMIT 400"
    )


def service_map(windows: Windows) -> str:
    """Who calls whom in the time in question."""
    return f"SELECT * FROM agent_service_map(from = '{sql_time(windows.begin)}', to = '{sql_time(windows.end)}')"


def change_by_operation(windows: Windows) -> str:
    """What fails or is slow now and was not before."""
    return f"SELECT * FROM agent_change_by_operation({windows.arguments}) LIMIT 25"


def change_by_template(windows: Windows) -> str:
    """Which kinds of warnings and errors are new, and why."""
    return f"SELECT * FROM agent_change_by_template({windows.arguments}) LIMIT 20"


def bursts(question: Question) -> str:
    """Kinds of warnings and errors that began in the middle of the time, and come too often for that to be chance.

    ``Expected`` is how many there would have been before the first, had they come as evenly as they do afterwards.
    """
    return f"""
SELECT ServiceName, Template, Cause, count() AS CountNow, 0 AS CountBefore, upper(any(SeverityText)) AS Severity,
    min(Timestamp) AS First, max(Timestamp) AS Last, argMin(TraceId, Timestamp) AS Example,
    round(count() / greatest(dateDiff('millisecond', First, Last), 1000)
        * dateDiff('millisecond', toDateTime64('{sql_time(question.begin)}', 9, 'UTC'), First), 1) AS Expected
FROM
(
    SELECT ServiceName, SeverityText, Timestamp, TraceId, log_template(Body) AS Template,
        log_template(log_cause(LogAttributes)) AS Cause
    FROM otel_logs WHERE {_between(question.begin, question.end)} AND log_is_warning(SeverityNumber, SeverityText)
)
GROUP BY ServiceName, Template, Cause HAVING CountNow >= 10 AND Expected >= 8
ORDER BY CountNow DESC, First, ServiceName, Template LIMIT 8
"""


def asked_for(service: str, template: str, cause: str, question: Question) -> str:
    """What visitors asked for when a service said this, the last request that was served on the way, and who failed.

    A record outside of any trace tells by the ids in it: the last request before it that has one of them.
    """
    kind = (
        f"{_between(question.begin, question.end)} AND ServiceName = {_string(service)}"
        f" AND log_is_warning(SeverityNumber, SeverityText) AND log_template(Body) = {_string(template)}"
        f" AND log_template(log_cause(LogAttributes)) = {_string(cause)}"
    )
    return f"""
WITH
    said AS
    (
        SELECT TraceId, Timestamp AS At, LogAttributes FROM otel_logs WHERE {kind} ORDER BY At LIMIT {_FAILING_TRACES}
    ),
    ids AS
    (
        SELECT At, arrayJoin(arrayFilter(value -> length(value) >= 12, mapValues(LogAttributes))) AS Id
        FROM said WHERE TraceId = ''
    ),
    known AS
    (
        SELECT TraceId, Timestamp,
            arrayJoin(arrayIntersect(mapValues(SpanAttributes), (SELECT groupUniqArray(Id) FROM ids))) AS Id
        FROM otel_traces WHERE {_between(question.begin, question.end)}
          AND hasAny(mapValues(SpanAttributes), (SELECT groupUniqArray(Id) FROM ids))
    ),
    asked AS
    (
        SELECT TraceId FROM said WHERE TraceId != ''
        UNION DISTINCT
        SELECT argMax(TraceId, known.Timestamp) AS TraceId FROM known INNER JOIN ids ON ids.Id = known.Id
        WHERE known.Timestamp < ids.At GROUP BY known.Id
    )
SELECT Asked.1 AS ServiceName, Asked.2 AS SpanName, Served.1 AS ServedService, Served.2 AS ServedName,
    count() AS Traces, countIf(Failed) AS FailedTraces, min(TraceId) AS Example
FROM
(
    SELECT TraceId, argMin((ServiceName, SpanName), Timestamp) AS Asked,
        argMax((ServiceName, SpanName), Timestamp) AS Served, argMin({_ERROR}, Timestamp) AS Failed
    FROM otel_traces
    WHERE {_between(question.begin, question.end)} AND SpanKind IN ('Server', 'SPAN_KIND_SERVER')
      AND TraceId IN (SELECT TraceId FROM asked)
    GROUP BY TraceId
)
GROUP BY Asked, Served ORDER BY Traces DESC, ServiceName, SpanName LIMIT 5
"""


def repeated_messages(question: Question) -> str:
    """Which consumers tried messages again and again, who had sent those, and how many waited behind them meanwhile.

    A lane is what a message has to itself in order: its destination and its partition.
    """
    lane = (
        "(SpanAttributes['messaging.destination.name'], SpanAttributes['messaging.destination.partition.id']) AS Lane"
    )
    number = "SpanAttributes['messaging.message.id'] AS Number"
    return f"""
WITH
    stuck AS
    (
        SELECT ServiceName, SpanName, {lane}, {number}, count() AS Attempts,
            min(Timestamp + toIntervalNanosecond(Duration)) AS First, max(Timestamp) AS Last,
            any(TraceId) AS Example
        FROM otel_traces
        WHERE {_between(question.begin, question.end)} AND SpanKind IN ('Consumer', 'SPAN_KIND_CONSUMER') AND {_ERROR}
        GROUP BY ServiceName, SpanName, Lane, Number HAVING Attempts >= 5
    ),
    sent AS
    (
        SELECT ServiceName AS Sender, SpanName AS Sending, Timestamp AS At, {lane}, {number} FROM otel_traces
        WHERE {_between(question.begin, question.end)} AND SpanKind IN ('Producer', 'SPAN_KIND_PRODUCER')
    )
SELECT stuck.ServiceName AS ServiceName, stuck.SpanName AS SpanName, Sender, Sending,
    uniqExact(stuck.Number) AS Messages, max(stuck.Attempts) AS MostAttempts,
    uniqExactIf(sent.Number, sent.Number != stuck.Number AND At > stuck.First AND At < stuck.Last) AS Behind,
    min(stuck.First) AS First, any(stuck.Example) AS Example
FROM stuck INNER JOIN sent ON sent.Lane = stuck.Lane
GROUP BY ServiceName, SpanName, Sender, Sending ORDER BY Behind DESC, ServiceName, SpanName LIMIT 5
"""


def overlaps(blamed: Operation, windows: Windows) -> str:
    """Which operations ran twice at a time in sessions whose request failed there, and in the others."""
    return f"""
WITH
    judged AS
    (
        SELECT SpanAttributes['session.id'] AS Session, max({_ERROR}) AS Bad, max(Timestamp) AS Until FROM otel_traces
        WHERE {_between(windows.begin, windows.end)} AND ServiceName = {_string(blamed.service)}
          AND SpanName = {_string(blamed.name)} AND SpanAttributes['session.id'] != ''
        GROUP BY Session
    ),
    work AS
    (
        SELECT SpanAttributes['session.id'] AS Session, SpanName, SpanKind, Timestamp,
            any(Timestamp + toIntervalNanosecond(Duration)) OVER (PARTITION BY Session, SpanName ORDER BY Timestamp
                ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) > Timestamp AS Overlaps
        FROM otel_traces
        WHERE {_between(windows.before, windows.end)} AND ServiceName = {_string(blamed.service)}
          AND SpanAttributes['session.id'] IN (SELECT Session FROM judged) AND SpanAttributes['db.namespace'] = ''
          AND SpanKind IN ('Server', 'Internal')
    )
SELECT SpanName, any(SpanKind) AS Kind,
    uniqExactIf(Session, Bad AND Overlaps) AS BadWith, uniqExactIf(Session, NOT Bad AND Overlaps) AS WellWith,
    (SELECT countIf(Bad) FROM judged) AS Failing, (SELECT countIf(NOT Bad) FROM judged) AS Going
FROM work INNER JOIN judged ON judged.Session = work.Session
WHERE work.Timestamp < judged.Until
GROUP BY SpanName ORDER BY BadWith DESC, Kind, SpanName LIMIT 8
"""


def change_by_gauge(windows: Windows) -> str:
    """What grew."""
    return f"SELECT * FROM agent_change_by_gauge({windows.arguments}) LIMIT 20"


def change_by_attribute(operation: Operation, windows: Windows) -> str:
    """Which values come with failures."""
    return (
        f"SELECT * FROM agent_change_by_attribute(service = {_string(operation.service)},"
        f" operation = {_string(operation.name)}, {windows.arguments}) LIMIT 25"
    )


def trace(trace_id: str) -> str:
    """One trace with its logs."""
    return f"SELECT Line FROM agent_trace(trace_id = {_string(trace_id)})"


def anatomy(windows: Windows) -> str:
    """Spans of failing requests that fail although nothing that they called has failed, by operation.

    A span of kind Client that fails so was answered by nobody here: the operation that made the call is to blame.
    ``Way`` are the requests served between it and the visitor, ``Calling`` who called for them, ``Excess`` what an
    ordinary time does not explain.
    """
    ordinary = _between(windows.before, windows.begin)
    return f"""
WITH
    failing AS
    (
        SELECT TraceId FROM otel_traces
        WHERE {_between(windows.begin, windows.end)} AND ParentSpanId = '' AND SpanKind = 'Server' AND {_ERROR}
          AND {_NOT_THE_VISITORS_MISTAKE}
        ORDER BY cityHash64(TraceId) LIMIT {_FAILING_TRACES}
    ),
    spans AS
    (
        SELECT TraceId, SpanId, ParentSpanId, ServiceName, SpanName, SpanKind, Timestamp, {_ERROR} AS Failed,
            SpanAttributes['error.type'] AS Type, has(Events.Name, 'db.client.connection.wait') AS Waited
        FROM otel_traces WHERE {windows.spans} AND TraceId IN (SELECT TraceId FROM failing)
    ),
    known AS
    (
        SELECT TraceId,
            mapFromArrays(groupArray(SpanId), groupArray(ParentSpanId)) AS Parents,
            mapFromArrays(groupArray(SpanId), groupArray((ServiceName, SpanName, SpanKind))) AS Spans,
            groupArrayIf(ParentSpanId, Failed) AS FailedBelow
        FROM spans GROUP BY TraceId
    ),
    ordinary AS
    (
        SELECT ServiceName, SpanName, countIf({_ERROR}) / greatest(count(), 1) AS Share
        FROM otel_traces WHERE {ordinary} GROUP BY ServiceName, SpanName
    ),
    origins AS
    (
        SELECT span.ServiceName AS ServiceName, span.SpanName AS SpanName, span.Type AS Type, span.Waited AS Waited,
            span.TraceId AS TraceId, span.Timestamp AS Timestamp,
            arrayFold((way, step) -> if(mapContains(known.Spans, known.Parents[way[-1]]),
                arrayPushBack(way, known.Parents[way[-1]]), way), range(30), [span.SpanId]) AS Ids,
            arrayMap(id -> known.Spans[id], Ids) AS Above,
            if(span.SpanKind = 'Client' AND length(Above) > 1, Above[2].2, span.SpanName) AS Blamed,
            arrayMap(each -> (each.1, each.2), arrayFilter(each -> each.3 = 'Server', Above)) AS Served,
            -- What made each call: the step above its span of kind Client.
            arrayMap(place -> (Above[place + 1].1, Above[place + 1].2), arrayFilter(
                place -> Above[place].3 = 'Client' AND place < length(Above), arrayEnumerate(Above))) AS Callers
        FROM spans AS span INNER JOIN known ON known.TraceId = span.TraceId
        WHERE span.Failed AND NOT has(known.FailedBelow, span.SpanId)
    )
SELECT ServiceName, Blamed, any(SpanName) AS SpanName, count() AS Origins, uniqExact(TraceId) AS Traces,
    round(Traces * (1 - any(ordinary.Share)), 1) AS Excess,
    topKIf(3)(Type, Type != '') AS Types, countIf(Waited) AS Waits,
    topK(1)((Served, Callers))[1].1 AS Way, topK(1)((Served, Callers))[1].2 AS Calling, min(Timestamp) AS First,
    argMin(TraceId, Timestamp) AS Example
FROM origins LEFT JOIN ordinary ON ordinary.ServiceName = origins.ServiceName AND ordinary.SpanName = origins.SpanName
GROUP BY ServiceName, Blamed ORDER BY Excess DESC, ServiceName, Blamed LIMIT 12
"""


def waits(windows: Windows) -> str:
    """Who waited for a connection of a pool, how long in all and how long in requests that failed, and under what.

    Everybody waits for a pool that is empty. Who failed for it is what matters.
    """
    both = f"({_between(windows.before, windows.begin)} OR {_between(windows.begin, windows.end)})"
    return f"""
WITH failing AS
(
    SELECT TraceId FROM otel_traces
    WHERE {_between(windows.begin, windows.end)} AND ParentSpanId = '' AND SpanKind = 'Server' AND {_ERROR}
)
SELECT ServiceName, SpanName, round(sumIf(Wait, Now)) AS WaitNowMs, round(sumIf(Wait, NOT Now)) AS WaitBeforeMs,
    round(sumIf(Wait, Now AND TraceId IN (SELECT TraceId FROM failing))) AS WaitFailingMs,
    argMaxIf(served.Under, Wait, Now AND TraceId IN (SELECT TraceId FROM failing)) AS Under
FROM
(
    SELECT ServiceName, SpanName, TraceId, Timestamp >= '{sql_time(windows.begin)}' AS Now,
        1000 * toFloat64OrZero(Events.Attributes[indexOf(Events.Name,
            'db.client.connection.wait')]['db.client.connection.wait_time']) AS Wait
    FROM otel_traces WHERE {both} AND has(Events.Name, 'db.client.connection.wait')
) AS waiting
LEFT JOIN
(
    SELECT TraceId, ServiceName, any(SpanName) AS Under FROM otel_traces
    WHERE {_between(windows.begin, windows.end)} AND SpanKind = 'Server' AND ParentSpanId != ''
      AND TraceId IN (SELECT TraceId FROM failing)
    GROUP BY TraceId, ServiceName
) AS served ON served.TraceId = waiting.TraceId AND served.ServiceName = waiting.ServiceName
GROUP BY ServiceName, SpanName ORDER BY WaitFailingMs DESC, WaitNowMs - WaitBeforeMs DESC, ServiceName, SpanName LIMIT 8
"""


def holders(service: str, windows: Windows) -> str:
    """Which operations of a service kept its databases, without the time that they waited themselves."""
    both = f"({_between(windows.before, windows.begin)} OR {_between(windows.begin, windows.end)})"
    return f"""
WITH
    work AS
    (
        SELECT TraceId, ParentSpanId, Timestamp >= '{sql_time(windows.begin)}' AS Now,
            toInt64(Duration) - toInt64(1e9 * toFloat64OrZero(Events.Attributes[indexOf(Events.Name,
                'db.client.connection.wait')]['db.client.connection.wait_time'])) AS Busy
        FROM otel_traces
        WHERE {both} AND ServiceName = {_string(service)} AND SpanAttributes['db.namespace'] != '' AND NOT ({_ERROR})
    ),
    above AS
    (
        SELECT TraceId, SpanId, SpanName FROM otel_traces WHERE {both} AND ServiceName = {_string(service)}
    )
SELECT above.SpanName AS Operation,
    round(sumIf(Busy, Now) / 1e6) AS BusyNowMs, round(sumIf(Busy, NOT Now) / 1e6) AS BusyBeforeMs,
    round(maxIf(Busy, Now) / 1e6) AS LongestNowMs, countIf(Now) AS TimesNow
FROM work INNER JOIN above ON above.TraceId = work.TraceId AND above.SpanId = work.ParentSpanId
WHERE Busy > 0
GROUP BY Operation ORDER BY BusyNowMs - BusyBeforeMs DESC, Operation LIMIT 6
"""


def calls_of(operation: Operation, windows: Windows) -> str:
    """How many calls one execution of an operation makes, and how many of them fail, in both windows."""
    both = f"({_between(windows.before, windows.begin)} OR {_between(windows.begin, windows.end)})"
    return f"""
SELECT Now, count() AS Executions, round(avg(Calls), 2) AS CallsEach, max(Calls) AS MostCalls
FROM
(
    SELECT span.Timestamp >= '{sql_time(windows.begin)}' AS Now, count(call.SpanId) AS Calls
    FROM
    (
        SELECT TraceId, SpanId, Timestamp FROM otel_traces
        WHERE {both} AND ServiceName = {_string(operation.service)} AND SpanName = {_string(operation.name)}
    ) AS span
    LEFT JOIN
    (
        SELECT TraceId, SpanId, ParentSpanId FROM otel_traces
        WHERE {both} AND ServiceName = {_string(operation.service)} AND SpanKind = 'Client'
    ) AS call ON call.TraceId = span.TraceId AND call.ParentSpanId = span.SpanId
    GROUP BY span.TraceId, span.SpanId, span.Timestamp
)
GROUP BY Now ORDER BY Now
"""


def _between(begin: datetime, end: datetime) -> str:
    return f"(Timestamp >= '{sql_time(begin)}' AND Timestamp < '{sql_time(end)}')"


def _string(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
