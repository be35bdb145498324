-- What a scenario changes beside its incidents. Each query gives at, changed and bad of the requests that could meet it.

-- name: patch_release
-- Checkouts, with a version that was not there before or with another.
WITH
    (
        SELECT groupUniqArray(SpanAttributes['service.version']) FROM otel_traces
        WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {changed:DateTime64(9)} AND SpanName = 'checkout'
    ) AS usual
SELECT
    Timestamp AS at,
    NOT has(usual, SpanAttributes['service.version']) AS changed,
    StatusCode = 'Error' AS bad
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {cleared:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'checkout'
