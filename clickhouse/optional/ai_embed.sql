-- A vector inside SQL, for those who have nothing but a query window: SELECT embed('the gateway is slow').
--
-- Not applied by itself: aiEmbed is in ClickHouse 26.9 and the embedded engine, neither in ClickHouse Cloud nor in the
-- server of docker-compose.yml. It needs a named collection `embeddings` (provider 'openai', endpoint, api_key), which
-- only the server's administrator makes, and asks the endpoint while the query runs: never use it in a view that
-- otel_logs feeds, whose inserts would end with the endpoint.
CREATE FUNCTION IF NOT EXISTS embed AS (text) -> aiEmbed(text, 'all-MiniLM-L6-v2', map('credentials', 'embeddings'));
