-- An insert that is sent again is stored once, in every table that a view fills from it.
--
-- A client that got no answer sends its insert again under the same insert_deduplication_token. otel_traces
-- knows the token and stores nothing twice, but its views are asked again, and each of their tables needs a
-- window of its own: without one, every lost answer was counted twice in the rollups. After a crash in the
-- middle of an insert the same repetition fills just the tables that had not got their rows.
--
-- Replicated tables have a window by default, and take no notice of this one.

ALTER TABLE hyperdx_sessions MODIFY SETTING non_replicated_deduplication_window = 1000;
ALTER TABLE otel_traces_rollup_5m MODIFY SETTING non_replicated_deduplication_window = 1000;
ALTER TABLE otel_traces_rollup_1h MODIFY SETTING non_replicated_deduplication_window = 1000;
ALTER TABLE otel_traces_rollup_calls MODIFY SETTING non_replicated_deduplication_window = 1000;
ALTER TABLE otel_traces_rollup_sample MODIFY SETTING non_replicated_deduplication_window = 1000;

INSERT INTO schema_version (Version, Name)
SELECT 6, 'Deduplication in the rollups' WHERE (SELECT count() FROM schema_version WHERE Version = 6) = 0;
