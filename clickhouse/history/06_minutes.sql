-- What histograms and counters are made of: the requests of the spans, by minute, series and duration. Counted once for
-- all of them, so the visits meet their requests once.
CREATE TABLE faultline_history.minutes
ENGINE = Memory
AS WITH
    request.Duration * visit.Slowness AS duration
SELECT
    toStartOfMinute(visit.Began + toIntervalNanosecond(request.TraceOffset)) + 60 AS Minute,
    request.Standard AS Standard,
    request.Own AS Own,
    -- The least upper bound that is not below the duration, infinite beyond the last: in seconds as in milliseconds.
    -roundDown(-duration / 1e9, [-inf, -10, -7.5, -5, -2.5, -1, -0.75, -0.5, -0.25, -0.1, -0.075, -0.05, -0.025, -0.01, -0.005]) AS Upper,
    count() AS Requests,
    sum(duration) AS Total,
    min(duration) AS Least,
    max(duration) AS Most
FROM faultline_history.requests AS request
INNER JOIN faultline_history.visits AS visit ON visit.Story = request.Story AND visit.Visit = request.Visit
GROUP BY Minute, Standard, Own, Upper
