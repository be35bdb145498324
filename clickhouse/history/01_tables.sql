-- What a history is told from, in a database of its own that is dropped when it is told.

CREATE DATABASE faultline_history;

-- Visits as they were recorded, span by span. A story is everyday or an incident's name.
CREATE TABLE faultline_history.recorded_spans
(
    `Story` LowCardinality(String),
    `Visit` UInt16 COMMENT 'from 1 on within the story',
    `Trace` UInt16 COMMENT 'from 1 on within the visit',
    `Span` UInt16 COMMENT 'from 1 on within the visit',
    `Parent` UInt16 COMMENT 'a span of the same trace; 0 for its root',
    `TraceOffset` UInt64 COMMENT 'nanoseconds from the beginning of the visit to that of the trace',
    `Offset` Int64 COMMENT 'nanoseconds from the beginning of the trace',
    `Duration` UInt64,
    `ServiceName` LowCardinality(String),
    `SpanName` LowCardinality(String),
    `SpanKind` LowCardinality(String),
    `ScopeName` String,
    `StatusCode` LowCardinality(String),
    `StatusMessage` String,
    `Attributes` Map(LowCardinality(String), String),
    `Own` Map(LowCardinality(String), Tuple(String, UInt16, UInt8, String))
        COMMENT 'attributes with an id: what is before it, its number, its length, what is after it',
    `Events` Array(Tuple(Int64, LowCardinality(String), Map(LowCardinality(String), String)))
)
ENGINE = MergeTree
ORDER BY (Story, Visit);

CREATE TABLE faultline_history.recorded_logs
(
    `Story` LowCardinality(String),
    `Visit` UInt16,
    `Trace` UInt16,
    `Span` UInt16,
    `TraceOffset` UInt64,
    `Offset` Int64,
    `ServiceName` LowCardinality(String),
    `SeverityText` LowCardinality(String),
    `SeverityNumber` UInt8,
    `ScopeName` String,
    `Body` String,
    `Attributes` Map(LowCardinality(String), String),
    `Own` Map(LowCardinality(String), Tuple(String, UInt16, UInt8, String))
)
ENGINE = MergeTree
ORDER BY (Story, Visit);

-- When what breaks.
CREATE TABLE faultline_history.incidents
(
    `Story` LowCardinality(String),
    `Began` DateTime64(9, 'UTC'),
    `Shows` DateTime64(9, 'UTC') COMMENT 'when visitors meet it: what has to grow first takes its time',
    `Ended` DateTime64(9, 'UTC')
)
ENGINE = MergeTree
ORDER BY Began;

-- Who comes when, and which recorded visit is told again then.
CREATE TABLE faultline_history.visits
(
    `Number` UInt64,
    `Began` DateTime64(9, 'UTC'),
    `Story` LowCardinality(String),
    `Visit` UInt16,
    `Slowness` Float64 COMMENT 'by which all durations of the visit are multiplied'
)
ENGINE = MergeTree
ORDER BY Number;

-- What every row of a service says of where it comes from.
CREATE TABLE faultline_history.resources
(
    `ServiceName` LowCardinality(String),
    `Attributes` Map(LowCardinality(String), String)
)
ENGINE = MergeTree
ORDER BY ServiceName
