-- Names by which HyperDX's first version, and documents of that time, know columns of the log table. An alias is computed
-- when it is asked for: it takes no room, is not inserted, and `SELECT *` leaves it out.

ALTER TABLE otel_logs
    ADD COLUMN IF NOT EXISTS `_platform` LowCardinality(String) ALIAS 'hyperdx' COMMENT 'always hyperdx',
    ADD COLUMN IF NOT EXISTS `_host` LowCardinality(String) ALIAS ResourceAttributes['host.name']
        COMMENT 'the machine that wrote the record',
    ADD COLUMN IF NOT EXISTS `_service` LowCardinality(String) ALIAS ServiceName COMMENT 'the same as ServiceName',
    ADD COLUMN IF NOT EXISTS `_timestamp` DateTime64(9, 'UTC') ALIAS Timestamp COMMENT 'the same as Timestamp';

INSERT INTO schema_version (Version, Name)
SELECT 8, 'Aliases in the log table' WHERE (SELECT count() FROM schema_version WHERE Version = 8) = 0;
