-- What really happened: the runs of the load generator, every request it sent, and the labels of its incidents.
--
-- A database of its own (ground_truth): an analyst of the telemetry gets no access to it.
-- faultline-score label applies these files and fills the tables; loading a run again replaces its rows.

CREATE TABLE IF NOT EXISTS runs
(
    `RunId` String CODEC(ZSTD(1)),
    `Seed` UInt64 CODEC(ZSTD(1)),
    `Scenario` LowCardinality(String) CODEC(ZSTD(1)),
    `Arrivals` String CODEC(ZSTD(1)),
    `StartedAt` DateTime64(9, 'UTC') CODEC(ZSTD(1)),
    `EndedAt` Nullable(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `Target` String CODEC(ZSTD(1)),
    `Document` String COMMENT 'run.json as it was read' CODEC(ZSTD(3)),
    `LoadedAt` DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(LoadedAt)
ORDER BY RunId;

CREATE TABLE IF NOT EXISTS requests
(
    `RunId` String CODEC(ZSTD(1)),
    `RequestId` String CODEC(ZSTD(1)),
    `TraceId` String COMMENT 'empty when there was no answer' CODEC(ZSTD(1)),
    `VisitId` String CODEC(ZSTD(1)),
    `User` String CODEC(ZSTD(1)),
    `Class` LowCardinality(String) CODEC(ZSTD(1)),
    `Journey` LowCardinality(String) CODEC(ZSTD(1)),
    `Step` LowCardinality(String) CODEC(ZSTD(1)),
    `Method` LowCardinality(String) CODEC(ZSTD(1)),
    `Path` String CODEC(ZSTD(1)),
    `IntendedAt` DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `StartedAt` DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `Duration` UInt64 COMMENT 'nanoseconds, as the journal has it' CODEC(ZSTD(1)),
    `ExpectedStatuses` Array(UInt16) CODEC(ZSTD(1)),
    `ExpectedOutcome` LowCardinality(String) CODEC(ZSTD(1)),
    `ActualStatus` UInt16 COMMENT '0 when there was no answer' CODEC(ZSTD(1)),
    `ActualError` LowCardinality(String) CODEC(ZSTD(1)),
    `IncidentId` String COMMENT 'the incident that alone made this request be sent' CODEC(ZSTD(1)),
    `LoadedAt` DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(ZSTD(1)),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(LoadedAt)
ORDER BY (RunId, RequestId);

CREATE TABLE IF NOT EXISTS incidents
(
    `RunId` String CODEC(ZSTD(1)),
    `IncidentId` String CODEC(ZSTD(1)),
    `Scenario` LowCardinality(String) CODEC(ZSTD(1)),
    `Difficulty` LowCardinality(String) CODEC(ZSTD(1)),
    `InjectedAt` Nullable(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `FirstEffectAt` Nullable(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `BreachedAt` Nullable(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `ClearedAt` Nullable(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `RecoveredAt` Nullable(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `RootServices` Array(String) CODEC(ZSTD(1)),
    `RootMechanisms` Array(String) CODEC(ZSTD(1)),
    `AffectedTraces` UInt64 CODEC(ZSTD(1)),
    `Valid` Bool CODEC(ZSTD(1)),
    `Reasons` Array(String) CODEC(ZSTD(1)),
    `Label` String COMMENT 'the label as JSON' CODEC(ZSTD(3)),
    `LoadedAt` DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(LoadedAt)
ORDER BY (RunId, IncidentId);
