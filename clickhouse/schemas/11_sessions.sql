-- What people did in their browsers: one row for each session, and what was recorded of each, as views over what the
-- browsers sent. Spans with the resource attribute rum.sessionId are in otel_traces, replay events in hyperdx_sessions.
--
-- replay_days: how long replay is kept, 7 days unless given; session_days: how long sessions are, 30 days unless given.
-- apply-schemas and the embedded server take them from REPLAY_RETENTION_DAYS and SESSION_RETENTION_DAYS.

ALTER TABLE hyperdx_sessions MODIFY TTL toDateTime(Timestamp) + toIntervalDay(ifNull({replay_days:Nullable(UInt16)}, 7));

-- A session is many inserts, and one that goes on after midnight lies in two partitions: read it through otel_sessions.
-- Lists are bounded, since a browser may send whatever it likes.
CREATE TABLE IF NOT EXISTS otel_traces_rollup_sessions
(
    `Day` Date CODEC(ZSTD(1)) COMMENT 'day of Timestamp in UTC',
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)) COMMENT 'service.name of what runs in the browser',
    `SessionId` String CODEC(ZSTD(1)) COMMENT 'rum.sessionId',
    `StartTime` SimpleAggregateFunction(min, DateTime64(9, 'UTC')) CODEC(ZSTD(1)) COMMENT 'start of the first span',
    `EndTime` SimpleAggregateFunction(max, DateTime64(9, 'UTC')) CODEC(ZSTD(1)) COMMENT 'end of the last span',
    `UserId` SimpleAggregateFunction(max, String) CODEC(ZSTD(1)) COMMENT 'attribute userId',
    `UserEmail` SimpleAggregateFunction(max, String) CODEC(ZSTD(1)) COMMENT 'attribute userEmail',
    `UserAgent` SimpleAggregateFunction(max, String) CODEC(ZSTD(1)) COMMENT 'user_agent.original of the browser',
    `Country` SimpleAggregateFunction(max, String) CODEC(ZSTD(1)) COMMENT 'geo.country.name, where a proxy says it',
    `City` SimpleAggregateFunction(max, String) CODEC(ZSTD(1)) COMMENT 'geo.locality.name, where a proxy says it',
    `PageViews` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)) COMMENT 'loads of the page and changes of the view',
    `Interactions` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)) COMMENT 'clicks, submits and changes of fields',
    `Requests` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)) COMMENT 'requests of the page',
    `ErrorCount` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)) COMMENT 'spans with status Error',
    `TraceIds` SimpleAggregateFunction(groupUniqArrayArray(1000), Array(String)) CODEC(ZSTD(1))
        COMMENT 'traces of requests, loads and errors; 1,000 at most',
    `Events` SimpleAggregateFunction(
        groupArrayArray(1000),
        Array(Tuple(Timestamp DateTime64(9, 'UTC'), Type String, Name String, Attributes Map(String, String)))
    ) CODEC(ZSTD(1)) COMMENT 'what HyperDX highlights of it; 1,000 at most'
)
ENGINE = AggregatingMergeTree
PARTITION BY Day
ORDER BY (Day, ServiceName, SessionId)
TTL Day + toIntervalDay(30)
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000
COMMENT 'sessions of browsers, a few rows each: read otel_sessions';

ALTER TABLE otel_traces_rollup_sessions
    MODIFY TTL Day + toIntervalDay(ifNull({session_days:Nullable(UInt16)}, 30));

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_traces_rollup_sessions_mv TO otel_traces_rollup_sessions
AS WITH
    SpanAttributes['component'] AS component,
    SpanAttributes['http.status_code'] AS status,
    StatusCode IN ('Error', 'STATUS_CODE_ERROR') AS failed,
    component IN ('fetch', 'xml-http-request') AS is_request,
    SpanName IN ('documentLoad', 'routeChange') AS is_navigation,
    multiIf(
        is_navigation, 'navigation',
        is_request AND failed, 'request',
        failed, 'error',
        ScopeName = 'custom-action', 'action',
        ''
    ) AS type,
    multiIf(
        is_navigation, path(SpanAttributes['location.href']),
        is_request, concat(SpanAttributes['http.method'], ' ', path(SpanAttributes['http.url'])),
        failed AND SpanAttributes['exception.message'] != '', SpanAttributes['exception.message'],
        failed AND SpanAttributes['error.message'] != '', SpanAttributes['error.message'],
        SpanName
    ) AS name
SELECT
    toDate(otel_traces.Timestamp) AS Day,
    ServiceName,
    ResourceAttributes['rum.sessionId'] AS SessionId,
    min(otel_traces.Timestamp) AS StartTime,
    max(addNanoseconds(otel_traces.Timestamp, least(Duration, 86400000000000))) AS EndTime,
    max(SpanAttributes['userId']) AS UserId,
    max(SpanAttributes['userEmail']) AS UserEmail,
    max(if(ResourceAttributes['user_agent.original'] != '',
        ResourceAttributes['user_agent.original'], SpanAttributes['http.user_agent'])) AS UserAgent,
    max(ResourceAttributes['geo.country.name']) AS Country,
    max(ResourceAttributes['geo.locality.name']) AS City,
    countIf(is_navigation) AS PageViews,
    countIf(component = 'user-interaction' AND NOT is_navigation) AS Interactions,
    countIf(is_request) AS Requests,
    countIf(failed) AS ErrorCount,
    groupUniqArrayIf(1000)(TraceId, is_request OR failed OR SpanName = 'documentLoad') AS TraceIds,
    groupArrayIf(1000)(
        (
            otel_traces.Timestamp,
            type,
            substringUTF8(name, 1, 200),
            mapFilter(
                (key, value) -> value != '',
                map(
                    'trace_id', TraceId,
                    'span_id', SpanId,
                    'http.status_code', status,
                    'location.href', substringUTF8(SpanAttributes['location.href'], 1, 500)
                )
            )
        ),
        type != ''
    ) AS Events
FROM otel_traces
WHERE ResourceAttributes['rum.sessionId'] != ''
GROUP BY Day, ServiceName, SessionId;

CREATE OR REPLACE VIEW otel_sessions AS
WITH
    arraySort(event -> event.1, groupArrayArray(1000)(rolled.Events)) AS events,
    CAST(max(rolled.UserAgent) AS String) AS agent
SELECT
    SessionId,
    -- As plain types: of what they are put together is nobody's concern.
    CAST(max(rolled.UserEmail) AS String) AS UserEmail,
    if(max(rolled.UserId) != '', CAST(max(rolled.UserId) AS String), UserEmail) AS UserId,
    ServiceName,
    toDateTime64(min(rolled.StartTime), 3, 'UTC') AS StartTime,
    toDateTime64(max(rolled.EndTime), 3, 'UTC') AS EndTime,
    toInt64(dateDiff('millisecond', min(rolled.StartTime), max(rolled.EndTime))) AS Duration,
    agent AS UserAgent,
    toLowCardinality(multiIf(
        agent = '', '',
        match(agent, '(?i)bot|crawl|spider'), 'bot',
        match(agent, 'iPad|Tablet') OR (agent LIKE '%Android%' AND agent NOT LIKE '%Mobile%'), 'tablet',
        match(agent, 'Mobi|iPhone'), 'mobile',
        'desktop'
    )) AS DeviceType,
    toLowCardinality(multiIf(
        agent LIKE '%Windows%', 'Windows',
        agent LIKE '%Android%', 'Android',
        match(agent, 'iPhone|iPad|iPod'), 'iOS',
        agent LIKE '%Mac OS X%', 'macOS',
        agent LIKE '%CrOS%', 'ChromeOS',
        agent LIKE '%Linux%', 'Linux',
        ''
    )) AS OS,
    toLowCardinality(multiIf(
        agent LIKE '%Edg%/%', 'Edge',
        agent LIKE '%OPR/%', 'Opera',
        match(agent, 'Firefox/|FxiOS/'), 'Firefox',
        match(agent, 'Chrome/|CriOS/|Chromium/'), 'Chrome',
        agent LIKE '%Safari/%', 'Safari',
        ''
    )) AS Browser,
    CAST(max(rolled.Country) AS LowCardinality(String)) AS Country,
    CAST(max(rolled.City) AS String) AS City,
    toUInt32(sum(rolled.PageViews)) AS PageViews,
    toUInt32(sum(rolled.Interactions)) AS Interactions,
    toUInt32(sum(rolled.Requests)) AS Requests,
    arrayMap(event -> toDateTime64(event.1, 3, 'UTC'), events) AS `Events.Timestamp`,
    arrayMap(event -> toLowCardinality(event.2), events) AS `Events.Type`,
    arrayMap(event -> event.3, events) AS `Events.Name`,
    arrayMap(event -> event.4, events) AS `Events.Attributes`,
    toUInt32(sum(rolled.ErrorCount)) AS ErrorCount,
    groupUniqArrayArray(1000)(rolled.TraceIds) AS TraceIds
FROM otel_traces_rollup_sessions AS rolled
GROUP BY ServiceName, SessionId
COMMENT 'sessions of browsers: who, when, with what, what went wrong (Duration in ms; TraceIds: has(TraceIds, ...))';

CREATE OR REPLACE VIEW session_replay_events AS
SELECT
    `__hdx_materialized_rum.sessionId` AS SessionId,
    ServiceName,
    toDateTime64(hyperdx_sessions.Timestamp, 3, 'UTC') AS Timestamp,
    toUInt64OrZero(LogAttributes['rr-web.event']) AS SequenceNumber,
    toUInt32OrZero(LogAttributes['rr-web.chunk']) AS Chunk,
    toLowCardinality(multiIf(
        -- Nothing but changes of the page is so long that it is sent in pieces.
        Chunk > 1, 'dom',
        JSONExtractInt(Body, 'type') IN (0, 1, 4), 'page',
        JSONExtractInt(Body, 'type') = 2, 'dom',
        JSONExtractInt(Body, 'type') != 3, 'custom',
        JSONExtractInt(Body, 'data', 'source') = 0, 'dom',
        JSONExtractInt(Body, 'data', 'source') IN (1, 2, 6, 12), 'mouse',
        JSONExtractInt(Body, 'data', 'source') = 3, 'scroll',
        JSONExtractInt(Body, 'data', 'source') = 5, 'input',
        JSONExtractInt(Body, 'data', 'source') = 4, 'page',
        'style'
    )) AS EventType,
    Body AS EventData
FROM hyperdx_sessions
UNION ALL
SELECT
    `__hdx_materialized_rum.sessionId` AS SessionId,
    ServiceName,
    toDateTime64(otel_traces.Timestamp, 3, 'UTC') AS Timestamp,
    toUInt64(0) AS SequenceNumber,
    toUInt32(1) AS Chunk,
    toLowCardinality('network') AS EventType,
    toJSONString(map(
        'method', SpanAttributes['http.method'],
        'url', SpanAttributes['http.url'],
        'status', SpanAttributes['http.status_code'],
        'duration_ms', toString(round(Duration / 1e6, 1)),
        'trace_id', TraceId,
        'span_id', SpanId
    )) AS EventData
FROM otel_traces
WHERE `__hdx_materialized_rum.sessionId` != '' AND SpanAttributes['component'] IN ('fetch', 'xml-http-request')
COMMENT 'what was recorded of a session, and its requests: ask for one SessionId, ORDER BY Timestamp, SequenceNumber, Chunk';

INSERT INTO schema_version (Version, Name)
SELECT 11, 'Sessions of browsers' WHERE (SELECT count() FROM schema_version WHERE Version = 11) = 0;
