-- One row for each trace that began in a window, with its scores against the hour before.
--
-- from, until: the window, in milliseconds since 1970. Spans that began up to a minute before are read, so that the
-- rest of an earlier trace is not taken for one of its own.
INSERT INTO trace_summaries
    (TraceId, Timestamp, Duration, ServiceName, SpanName, Release, Structure, Steps, SpanSequence, SpanCount, ErrorCount,
     Key, Text, WorstService, WorstOperation, WorstDeviation, StructureScore, LatencyScore, Score, IsAnomaly, AnomalyType, Reason)
WITH
    fromUnixTimestamp64Milli({from:Int64}, 'UTC') AS window_from,
    fromUnixTimestamp64Milli({until:Int64}, 'UTC') AS window_until,
    toDateTime(window_from) - toIntervalHour(1) AS baseline_from,
    -- Of each operation, for its release and for all of them.
    durations AS
    (
        SELECT ServiceName, SpanName, Release, quantilesTDigestMerge(0.25, 0.5, 0.75)(LogDurationState) AS quartiles
        FROM operation_baselines
        WHERE Time >= baseline_from
        GROUP BY ServiceName, SpanName, Release
        HAVING sum(Spans) >= 50
    ),
    durations_of_all AS
    (
        SELECT ServiceName, SpanName, quantilesTDigestMerge(0.25, 0.5, 0.75)(LogDurationState) AS quartiles
        FROM operation_baselines
        WHERE Time >= baseline_from
        GROUP BY ServiceName, SpanName
        HAVING sum(Spans) >= 50
    ),
    -- Flagged traces do not count, unless they come as evenly as what is normal: in half of the last twelve stretches.
    structures AS
    (
        SELECT
            ServiceName, SpanName, Release, Structure, any(Steps) AS Steps,
            sum(Traces) - if(uniqExact(Time) >= 6, 0, sum(Anomalies)) AS seen
        FROM trace_structures
        WHERE Time >= baseline_from
        GROUP BY ServiceName, SpanName, Release, Structure
        HAVING seen > 0
    ),
    roots AS
    (
        SELECT ServiceName, SpanName, Release, sum(seen) AS total, groupArray((Structure, seen, Steps)) AS known
        FROM structures
        GROUP BY ServiceName, SpanName, Release
        HAVING total >= 100
    ),
    roots_of_all AS
    (
        SELECT ServiceName, SpanName, sum(seen) AS total, groupArray((Structure, seen, Steps)) AS known
        FROM (SELECT ServiceName, SpanName, Structure, any(Steps) AS Steps, sum(seen) AS seen FROM structures GROUP BY ServiceName, SpanName, Structure)
        GROUP BY ServiceName, SpanName
    ),
    -- How far the worst span of a quiet trace is off, for each root operation, since the worst of thirty spans is farther
    -- off than that of two: what one in ten exceeds, by how much on average, and of how many this is known. The average is
    -- that of an exponential tail with this median, which a few traces of an incident do not move.
    -- Flagged traces count where they are thin, fewer than one in twenty of their root operation in their minute: that is
    -- a busy machine, and without them the tail would look the shorter the more of it there is.
    deviations AS
    (
        SELECT
            ServiceName, SpanName, count() AS traces, sum(traces) OVER () AS traces_of_all, 0.1 * traces AS exceed,
            (quantiles(0.9, 0.95)(deviation) AS q)[1] AS high, greatest((q[2] - high) / log(2), 0.2) AS excess
        FROM
        (
            SELECT
                ServiceName,
                SpanName,
                arrayJoin(
                    if(avg(IsAnomaly) < 0.05, groupArray(WorstDeviation), groupArrayIf(WorstDeviation, IsAnomaly = 0))
                ) AS deviation
            FROM trace_summaries
            WHERE Timestamp >= baseline_from AND Timestamp <= window_from AND WorstDeviation >= 0
            GROUP BY ServiceName, SpanName, toStartOfMinute(Timestamp)
        )
        GROUP BY ServiceName, SpanName
    ),
    messages AS
    (
        SELECT TraceId, SpanId, any(Timestamp) AS sent
        FROM otel_traces
        WHERE Timestamp > window_from - toIntervalMinute(1) AND Timestamp <= window_until + toIntervalMinute(1)
          AND SpanKind IN ('Producer', 'SPAN_KIND_PRODUCER')
        GROUP BY TraceId, SpanId
    ),
    spans AS
    (
        SELECT
            otel_traces.TraceId AS TraceId, otel_traces.Timestamp AS Timestamp, otel_traces.ParentSpanId AS ParentSpanId,
            otel_traces.ServiceName AS ServiceName, otel_traces.SpanName AS SpanName, otel_traces.Duration AS Duration,
            messages.SpanId != '' AND otel_traces.SpanKind IN ('Consumer', 'SPAN_KIND_CONSUMER') AS is_message,
            -- The time of a message counts from its sending: one that waited long is processed as quickly as ever.
            Duration + if(is_message, greatest(0, toUnixTimestamp64Nano(Timestamp) - toUnixTimestamp64Nano(messages.sent)), 0) AS took,
            otel_traces.StatusCode IN ('Error', 'STATUS_CODE_ERROR') AS failed,
            otel_traces.ResourceAttributes['service.version'] AS span_release,
            if(empty(own.quartiles), every.quartiles, own.quartiles) AS quartiles,
            if(empty(quartiles), -1, (log(took + 1000000) - quartiles[2]) / greatest((quartiles[3] - quartiles[1]) / 1.349, 0.25)) AS deviation
        FROM otel_traces
        LEFT JOIN durations AS own
            ON own.ServiceName = otel_traces.ServiceName AND own.SpanName = otel_traces.SpanName AND own.Release = otel_traces.ResourceAttributes['service.version']
        LEFT JOIN durations_of_all AS every
            ON every.ServiceName = otel_traces.ServiceName AND every.SpanName = otel_traces.SpanName
        LEFT JOIN messages ON messages.TraceId = otel_traces.TraceId AND messages.SpanId = otel_traces.ParentSpanId
        WHERE otel_traces.Timestamp > window_from - toIntervalMinute(1) AND otel_traces.Timestamp <= window_until + toIntervalMinute(1)
          AND otel_traces.TraceId != ''
          -- The pipeline itself is no part of what is watched.
          AND otel_traces.ServiceName != 'embedding-pipeline'
          -- What still comes of a trace that was summarized, a message that is tried again and again, is none of its own.
          AND otel_traces.TraceId NOT IN
          (
              SELECT TraceId
              FROM trace_summaries
              WHERE Timestamp > baseline_from AND Timestamp <= window_from AND TraceId IN
              (
                  SELECT TraceId
                  FROM otel_traces
                  WHERE Timestamp > window_from - toIntervalMinute(1) AND Timestamp <= window_until
                  GROUP BY TraceId
                  HAVING min(ParentSpanId) != ''
              )
          )
    ),
    traces AS
    (
        SELECT
            TraceId,
            min(Timestamp) AS began,
            toUInt64(greatest(0, max(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)) - toUnixTimestamp64Nano(began))) AS duration,
            argMin((ServiceName, SpanName, span_release), (ParentSpanId != '', Timestamp)) AS root,
            root.1 AS root_service,
            root.2 AS root_operation,
            root.3 AS release,
            arraySort(groupArray(500)((Timestamp, concat(ServiceName, ' ', SpanName, if(failed, ' failed', ''))))) AS in_order,
            arrayDistinct(in_order.2) AS distinct_steps,
            arrayMap(step -> concat(step, if(countEqual(in_order.2, step) > 1, ' twice or more', '')), distinct_steps) AS named,
            arraySort(named) AS steps,
            arrayStringConcat(named, ' -> ') AS span_sequence,
            cityHash64(steps) AS structure,
            count() AS span_count,
            countIf(failed) AS error_count,
            argMax((ServiceName, SpanName, took, exp(quartiles[2]) - 1000000, is_message), deviation) AS worst,
            max(deviation) AS worst_deviation
        FROM spans
        GROUP BY TraceId
        HAVING began > window_from AND began <= window_until
    ),
    judged AS
    (
        SELECT
            traces.*,
            if(own.total > 0, own.known, every.known) AS known,
            if(own.total > 0, own.total, every.total) AS total,
            arrayFirst(each -> each.1 = structure, known).2 AS seen,
            -- The known structures that are as rare as this one; for one that was never seen, what Good and Turing
            -- expect of all those.
            if(
                seen > 0,
                arraySum(arrayMap(each -> if(each.2 <= seen, each.2, 0), known)) / total,
                (arrayCount(each -> each.2 = 1, known) + 0.5) / (total + 1)
            ) AS tail,
            if(total >= 30, least(-log10(tail), log10(total + 1)), 0) AS structure_score,
            -- An exponential tail whose mean is known from so many that exceed: the fewer, the heavier it may be. No tail is
            -- known to be thinner than one in all.
            multiIf(
                deviations.traces < 100 OR worst_deviation <= 0, 0,
                worst_deviation <= deviations.high, worst_deviation / deviations.high,
                least(
                    1 + exceed * log10(1 + (worst_deviation - deviations.high) / (exceed * excess)),
                    log10(traces_of_all + 1)
                )
            ) AS latency_score,
            total >= 100 AND tail <= 0.005 AS is_rare,
            latency_score >= 2.7 AND worst_deviation >= 3 AS is_slow,
            -- The step that fewest of the known traces have.
            arraySort(
                arrayMap(step -> (arraySum(arrayMap(each -> if(has(each.3, step), each.2, 0), known)), NOT endsWith(step, ' failed'), step), steps)
            )[1] AS rarest
        FROM traces
        LEFT JOIN roots AS own ON own.ServiceName = traces.root_service AND own.SpanName = traces.root_operation AND own.Release = traces.release
        LEFT JOIN roots_of_all AS every ON every.ServiceName = traces.root_service AND every.SpanName = traces.root_operation
        LEFT JOIN deviations ON deviations.ServiceName = traces.root_service AND deviations.SpanName = traces.root_operation
    )
SELECT
    TraceId,
    began,
    duration,
    root_service,
    root_operation,
    release,
    structure,
    steps,
    span_sequence,
    span_count,
    error_count,
    cityHash64('trace', text),
    -- Few texts: durations are of three classes, and the order, which differs where things run at once, is left out.
    concat(
        root_service, ' ', root_operation,
        multiIf(duration < 100000000, ', fast', duration < 1000000000, ', slow', ', very slow'),
        if(error_count = 0, ', no errors: ', concat(', ', toString(least(error_count, 9)), ' errors: ')),
        arrayStringConcat(steps, ', ')
    ) AS text,
    worst.1,
    worst.2,
    worst_deviation,
    structure_score,
    latency_score,
    greatest(structure_score, latency_score),
    is_rare OR is_slow,
    multiIf(is_rare, 'structure', is_slow, 'latency', ''),
    multiIf(
        is_rare,
        concat(
            if(rarest.1 < total / 2, rarest.3, 'these steps and no others'), ' in one ', root_operation,
            ': seen ', toString(if(rarest.1 < total / 2, rarest.1, seen)), ' times in ', toString(total)
        ),
        is_slow,
        concat(
            worst.1, ' ', worst.2, if(worst.5, ' ended ', ' took '), toString(round(worst.3 / 1e6, 1)), ' ms',
            if(worst.5, ' after its message was sent, ', ', '),
            toString(round(worst.3 / greatest(worst.4, 1000), 1)), ' times its median of ', toString(round(greatest(worst.4, 1000) / 1e6, 2)), ' ms'
        ),
        ''
    )
FROM judged
