-- The user of agents on a ClickHouse server that is managed by SQL, and on ClickHouse Cloud: it reads the telemetry and
-- what describes it, within limits, and nothing else. The same user as in users.d/agent.xml and in the embedded
-- ClickHouse. May run again at any time: it sets what is there to what is written here.
--
-- clickhouse client --secure --host HOST --password --database o11y --param_password "$CH_AGENT_PASSWORD" \
--     --queries-file clickhouse/server/agent.sql
-- The database is named here, as rights are: write yours where it has another name than o11y.

CREATE SETTINGS PROFILE IF NOT EXISTS agent;
ALTER SETTINGS PROFILE agent SETTINGS
    max_execution_time = 10,
    timeout_overflow_mode = 'throw',
    max_rows_to_read = 50000000,
    max_bytes_to_read = 5000000000,
    read_overflow_mode = 'throw',
    max_result_rows = 2000,
    max_result_bytes = 1000000,
    result_overflow_mode = 'throw',
    max_memory_usage = 1000000000,
    function_sleep_max_microseconds_per_block = 100000,
    readonly = 1,
    max_concurrent_queries_for_user = 4;

CREATE USER IF NOT EXISTS agent IDENTIFIED BY {password:String};
ALTER USER agent IDENTIFIED BY {password:String} SETTINGS PROFILE 'agent';

GRANT SELECT ON o11y.* TO agent;
GRANT SELECT ON system.columns TO agent;
GRANT SELECT ON system.data_skipping_indices TO agent;
GRANT SELECT ON system.data_type_families TO agent;
GRANT SELECT ON system.databases TO agent;
GRANT SELECT ON system.formats TO agent;
GRANT SELECT ON system.functions TO agent;
GRANT SELECT ON system.settings TO agent;
GRANT SELECT ON system.table_functions TO agent;
GRANT SELECT ON system.tables TO agent;
GRANT SELECT ON system.time_zones TO agent;

-- A known cause is seen once it was met. Whoever no policy names would see nothing where the server says so: all others
-- are named.
CREATE ROW POLICY IF NOT EXISTS agent ON o11y.error_patterns FOR SELECT USING occurrence_count > 0 TO agent;
ALTER ROW POLICY agent ON o11y.error_patterns FOR SELECT USING occurrence_count > 0 TO agent;
CREATE ROW POLICY IF NOT EXISTS others ON o11y.error_patterns FOR SELECT USING 1 TO ALL EXCEPT agent;
ALTER ROW POLICY others ON o11y.error_patterns FOR SELECT USING 1 TO ALL EXCEPT agent;
