-- What an investigator asks after the first look: kinds of errors, what is known of them, strange traces, the visit that
-- a trace belongs to, and the machines around a moment. As in 41_agent_guide.sql every view is bounded by its parameters
-- and by a LIMIT.

-- Warnings and errors by kind (30_log_templates.sql): ids and numbers are left out, the cause is a part of the kind.
CREATE OR REPLACE VIEW agent_change_by_template AS
WITH
    dateDiff('second', {from:DateTime('UTC')}, {to:DateTime('UTC')}) AS seconds_now,
    dateDiff('second', {before_from:DateTime('UTC')}, {before_to:DateTime('UTC')}) AS seconds_before
SELECT
    any(logs.ServiceName) AS ServiceName,
    any(logs.Severity) AS Severity,
    substringUTF8(any(logs.Template), 1, 200) AS Template,
    substringUTF8(any(logs.Cause), 1, 200) AS Cause,
    countIf(NOT logs.Now) AS CountBefore,
    countIf(logs.Now) AS CountNow,
    -- NULL: there was none in the time before.
    round(if(CountBefore = 0, NULL, CountNow / greatest(seconds_now, 1) * greatest(seconds_before, 1) / CountBefore), 1)
        AS TimesAsOften,
    minIf(logs.Timestamp, logs.Now) AS FirstNow,
    any(ever.FirstSeen) AS FirstEver,
    argMinIf(logs.TraceId, logs.Timestamp, logs.Now AND logs.TraceId != '') AS ExemplarTraceId
FROM
(
    SELECT
        log_template_key(ServiceName, SeverityText, Body, LogAttributes) AS Key,
        toString(ServiceName) AS ServiceName,
        upper(toString(SeverityText)) AS Severity,
        log_template(Body) AS Template,
        log_template(log_cause(LogAttributes)) AS Cause,
        Timestamp,
        TraceId,
        Timestamp >= {from:DateTime('UTC')} AND Timestamp < {to:DateTime('UTC')} AS Now
    FROM otel_logs
    WHERE ((Timestamp >= {from:DateTime('UTC')} AND Timestamp < {to:DateTime('UTC')})
        OR (Timestamp >= {before_from:DateTime('UTC')} AND Timestamp < {before_to:DateTime('UTC')}))
      AND log_is_warning(SeverityNumber, SeverityText)
) AS logs
LEFT JOIN (SELECT Key, min(FirstSeen) AS FirstSeen FROM log_templates GROUP BY Key) AS ever ON ever.Key = logs.Key
GROUP BY logs.Key
HAVING CountNow > 0
ORDER BY CountBefore = 0 DESC, TimesAsOften DESC, CountNow DESC, ServiceName, Template, Cause
LIMIT 40
COMMENT 'Kinds of warnings and errors in two windows, new and more frequent first, with an exemplar: (from, to, before_from, before_to)';

-- Known patterns and errors of the past that are like the warnings and errors of a trace. By the vectors of their kinds
-- where embedding-pipeline has made them, else by the letters that they share: How says which. A distance of 0 is equal
-- and IsSimilar whether it is below the limit that was measured for this way of comparing. It is a candidate, no finding.
CREATE OR REPLACE VIEW agent_similar_errors AS
WITH
    (SELECT (min(Start), max(End)) FROM otel_traces_trace_id_ts WHERE TraceId = {trace_id:String}) AS stretch,
    said AS
    (
        SELECT
            log_template_key(ServiceName, SeverityText, Body, LogAttributes) AS Key,
            any(concat(log_template(Body), ' ', log_template(log_cause(LogAttributes)))) AS Text,
            max(SeverityNumber) AS Severity,
            min(Timestamp) AS At
        FROM otel_logs
        WHERE TraceId = {trace_id:String} AND log_is_warning(SeverityNumber, SeverityText)
          AND Timestamp >= stretch.1 - 60 AND Timestamp <= stretch.2 + 60
        GROUP BY Key
        ORDER BY Severity DESC, At
        LIMIT 5
    ),
    vectors AS
    (
        SELECT Key, Model, Embedding FROM template_embeddings FINAL WHERE Key IN (SELECT Key FROM said)
    ),
    limits AS
    (
        SELECT Model, max(`Limit`) AS Most FROM embedding_models FINAL GROUP BY Model
    ),
    near AS
    (
        SELECT
            'known pattern' AS Kind,
            concat('vectors of ', toString(any(vectors.Model))) AS How,
            toFloat32(min(cosineDistance(patterns.embedding, vectors.Embedding))) AS Distance,
            any(limits.Most) AS Most,
            any(toString(patterns.service_name)) AS ServiceName,
            patterns.error_signature AS Error,
            any(patterns.root_cause) AS Cause,
            any(patterns.resolution) AS Resolution,
            toUInt64(any(patterns.occurrence_count)) AS Count,
            any(patterns.last_seen) AS LastSeen,
            any(arrayElement(patterns.related_trace_ids, 1)) AS ExemplarTraceId
        FROM (SELECT * FROM error_patterns FINAL) AS patterns
        INNER JOIN vectors ON vectors.Model = patterns.embedding_model
        LEFT JOIN limits ON limits.Model = vectors.Model
        WHERE length(patterns.embedding) = length(vectors.Embedding)
        GROUP BY patterns.service_name, patterns.error_signature
        UNION ALL
        SELECT
            'past error' AS Kind,
            concat('vectors of ', toString(any(others.Model))) AS How,
            toFloat32(min(cosineDistance(others.Embedding, vectors.Embedding))) AS Distance,
            any(limits.Most) AS Most,
            any(templates.Service) AS ServiceName,
            any(templates.Text) AS Error,
            any(templates.Why) AS Cause,
            '' AS Resolution,
            any(templates.Times) AS Count,
            any(templates.Last) AS LastSeen,
            any(templates.Exemplar) AS ExemplarTraceId
        FROM (SELECT Key, Model, Embedding FROM template_embeddings FINAL) AS others
        INNER JOIN vectors ON vectors.Model = others.Model
        INNER JOIN
        (
            SELECT
                Key,
                toString(any(ServiceName)) AS Service,
                any(Template) AS Text,
                any(Cause) AS Why,
                sum(Count) AS Times,
                max(LastSeen) AS Last,
                max(ExemplarTraceId) AS Exemplar
            FROM log_templates
            GROUP BY Key
            HAVING min(FirstSeen) < stretch.1
        ) AS templates ON templates.Key = others.Key
        LEFT JOIN limits ON limits.Model = vectors.Model
        WHERE length(others.Embedding) = length(vectors.Embedding)
        GROUP BY others.Key
        UNION ALL
        SELECT
            'known pattern' AS Kind,
            'letters' AS How,
            toFloat32(min(ngramDistanceCaseInsensitiveUTF8(
                substringUTF8(patterns.error_signature, 1, 500), substringUTF8(said.Text, 1, 500)
            ))) AS Distance,
            toFloat32(0.5) AS Most,
            any(toString(patterns.service_name)) AS ServiceName,
            patterns.error_signature AS Error,
            any(patterns.root_cause) AS Cause,
            any(patterns.resolution) AS Resolution,
            toUInt64(any(patterns.occurrence_count)) AS Count,
            any(patterns.last_seen) AS LastSeen,
            any(arrayElement(patterns.related_trace_ids, 1)) AS ExemplarTraceId
        FROM (SELECT * FROM error_patterns FINAL) AS patterns
        CROSS JOIN said
        WHERE (SELECT count() FROM vectors) = 0
        GROUP BY patterns.service_name, patterns.error_signature
    )
SELECT
    Kind,
    How,
    round(toFloat64(Distance), 3) AS Distance,
    Distance < Most AS IsSimilar,
    ServiceName,
    Error,
    Cause,
    Resolution,
    Count,
    LastSeen,
    ExemplarTraceId
FROM near
ORDER BY Distance, Kind, ServiceName, Error
-- Many errors of the past may be as near as a pattern; the pattern has the remedy.
LIMIT 5 BY Kind
COMMENT 'Known patterns with cause and resolution, and past errors, nearest to those of a trace: (trace_id)';

-- The same for words of your own. There is no model behind a SELECT, so letters are compared: a kind is like the words
-- when it has most of their sequences of four letters.
CREATE OR REPLACE VIEW agent_similar_errors_by_text AS
WITH substringUTF8({text:String}, 1, 500) AS words
SELECT
    Kind,
    round(Distance, 3) AS Distance,
    Distance < 0.5 AS IsSimilar,
    ServiceName,
    Error,
    Cause,
    Resolution,
    Count,
    LastSeen,
    ExemplarTraceId
FROM
(
    SELECT
        'known pattern' AS Kind,
        1 - ngramSearchCaseInsensitiveUTF8(
            substringUTF8(concat(error_signature, ' ', error_message), 1, 2000), words
        ) AS Distance,
        toString(service_name) AS ServiceName,
        error_signature AS Error,
        root_cause AS Cause,
        resolution AS Resolution,
        toUInt64(occurrence_count) AS Count,
        last_seen AS LastSeen,
        arrayElement(related_trace_ids, 1) AS ExemplarTraceId
    FROM error_patterns FINAL
    UNION ALL
    SELECT
        'past error' AS Kind,
        1 - ngramSearchCaseInsensitiveUTF8(substringUTF8(concat(Said, ' ', Why), 1, 2000), words) AS Distance,
        Service AS ServiceName,
        Said AS Error,
        Why AS Cause,
        '' AS Resolution,
        Times AS Count,
        Last AS LastSeen,
        Exemplar AS ExemplarTraceId
    FROM
    (
        SELECT
            toString(any(ServiceName)) AS Service,
            any(Template) AS Said,
            any(Cause) AS Why,
            sum(Count) AS Times,
            max(LastSeen) AS Last,
            max(ExemplarTraceId) AS Exemplar
        FROM log_templates
        GROUP BY Key
    )
)
WHERE words != ''
ORDER BY Distance, Kind, ServiceName, Error, Cause
LIMIT 5 BY Kind
COMMENT 'Known patterns and past errors that share most letters with a text: (text)';

CREATE OR REPLACE VIEW agent_anomalous_traces AS
SELECT
    Timestamp,
    TraceId,
    ServiceName,
    SpanName,
    round(Duration / 1e6, 1) AS DurationMs,
    ErrorCount AS Errors,
    round(toFloat64(Score), 2) AS Score,
    AnomalyType,
    Reason
FROM trace_summaries FINAL
WHERE Timestamp >= {from:DateTime('UTC')} AND Timestamp < {to:DateTime('UTC')} AND IsAnomaly = 1
ORDER BY Score DESC, Timestamp, TraceId
LIMIT 40
COMMENT 'Traces that were flagged as strange, strangest first, with the reason; 3 is one in a thousand: (from, to)';

CREATE OR REPLACE VIEW agent_sessions AS
WITH
    (SELECT (min(Start), max(End)) FROM otel_traces_trace_id_ts WHERE TraceId = {trace_id:String}) AS stretch,
    held AS
    (
        SELECT DISTINCT SpanAttributes['session.id'] AS SessionId FROM otel_traces
        WHERE TraceId = {trace_id:String} AND Timestamp >= stretch.1 AND Timestamp <= stretch.2 + 1
          AND SpanAttributes['session.id'] != ''
    )
SELECT
    SpanAttributes['session.id'] AS SessionId,
    Timestamp,
    ServiceName,
    SpanName,
    SpanAttributes['http.response.status_code'] AS Status,
    StatusCode IN ('Error', 'STATUS_CODE_ERROR') AS Failed,
    round(Duration / 1e6, 1) AS DurationMs,
    TraceId,
    TraceId = {trace_id:String} AS IsThisTrace
FROM otel_traces
WHERE Timestamp >= stretch.1 - 1800 AND Timestamp <= stretch.2 + 1800
  AND ParentSpanId = '' AND SpanAttributes['session.id'] IN (SELECT SessionId FROM held)
ORDER BY SessionId, Timestamp, TraceId
LIMIT 100
COMMENT 'The sessions that hold a trace: what they asked for within half an hour of it, in order: (trace_id)';

CREATE OR REPLACE VIEW agent_infrastructure AS
WITH
    {at:DateTime('UTC')} AS moment,
    points AS
    (
        SELECT
            ServiceName,
            ResourceAttributes['service.instance.id'] AS Instance,
            MetricName,
            toString(Attributes) AS Series,
            MetricUnit,
            TimeUnix,
            Value,
            IsMonotonic AND AggregationTemporality = 2 AS Counts,
            TimeUnix >= moment AS After
        FROM otel_metrics_sum
        WHERE TimeUnix >= moment - 300 AND TimeUnix < moment + 60
          AND (MetricName IN ('process.cpu.time', 'container.cpu.time', 'system.cpu.time') OR NOT IsMonotonic)
        UNION ALL
        SELECT
            ServiceName,
            ResourceAttributes['service.instance.id'] AS Instance,
            MetricName,
            toString(Attributes) AS Series,
            MetricUnit,
            TimeUnix,
            Value,
            false AS Counts,
            TimeUnix >= moment AS After
        FROM otel_metrics_gauge
        WHERE TimeUnix >= moment - 300 AND TimeUnix < moment + 60
          AND match(MetricName, '^(process|container|system|k8s|host|db\\.client)\\.')
    ),
    series AS
    (
        -- What only counts up becomes a rate: seconds of processor a second are cores.
        SELECT
            ServiceName,
            Instance,
            MetricName,
            Series,
            After,
            any(MetricUnit) AS Unit,
            any(Counts) AS IsRate,
            if(IsRate, (max(Value) - min(Value)) / greatest(dateDiff('millisecond', min(TimeUnix), max(TimeUnix)) / 1e3, 1),
                avg(Value)) AS Mean,
            if(IsRate, Mean, max(Value)) AS Most
        FROM points
        GROUP BY ServiceName, Instance, MetricName, Series, After
        HAVING NOT IsRate OR count() > 1
    )
SELECT
    ServiceName,
    Instance,
    MetricName,
    Series,
    if(any(IsRate), concat(any(Unit), '/s'), any(Unit)) AS Unit,
    -- NULL: it was not measured then.
    round(anyIf(toNullable(Mean), NOT After), 3) AS MeanBefore,
    round(anyIf(toNullable(Mean), After), 3) AS MeanAfter,
    round(anyIf(toNullable(Most), NOT After), 3) AS MaxBefore,
    round(anyIf(toNullable(Most), After), 3) AS MaxAfter
FROM series
GROUP BY ServiceName, Instance, MetricName, Series
ORDER BY
    abs(log((abs(ifNull(MaxAfter, 0)) + 0.1) / (abs(ifNull(MaxBefore, 0)) + 0.1))) DESC,
    ServiceName, Instance, MetricName, Series
LIMIT 40
COMMENT 'Memory, processor and pools in the five minutes before a moment and the minute after it, most changed first: (at)';

INSERT INTO schema_version (Version, Name)
SELECT 42, 'Evidence for agents' WHERE (SELECT count() FROM schema_version WHERE Version = 42) = 0;
