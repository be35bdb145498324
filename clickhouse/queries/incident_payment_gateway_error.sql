-- Some payments fail, and go on failing: minute by minute and line by line, how often is the gateway asked for each?
--
-- One line to the card companies fails while the others work. There each payment is tried several times, so that
-- the attempts rise much faster than the payments.
--
-- since: seconds to look back, one hour unless given.
SELECT
    toStartOfMinute(Timestamp) AS minute,
    SpanAttributes['app.payment.card_type'] AS card_type,
    SpanAttributes['app.payment.currency'] AS currency,
    count() AS payments,
    countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS failed,
    sum(toUInt32OrZero(SpanAttributes['app.payment.attempts'])) AS attempts,
    round(attempts / payments, 2) AS attempts_per_payment,
    round(quantile(0.5)(Duration) / 1e6, 1) AS p50_ms
FROM otel_traces
WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
  AND ServiceName = 'payment-service'
  AND SpanName = 'payment_gateway_call'
GROUP BY minute, card_type, currency
ORDER BY minute, card_type, currency
