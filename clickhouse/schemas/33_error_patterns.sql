-- What was learned before: how an error looks, what was behind it and what helped.
--
-- Seeded with what the walkthroughs teach, and extended by ./demo learn. The columns are the plan's. embedding is the
-- vector of error_signature and error_message under embedding_model, and empty until embedding-pipeline has made it;
-- a pattern is a row for each version, of which the latest counts: read it with FINAL.

CREATE TABLE IF NOT EXISTS error_patterns
(
    `pattern_id` UUID DEFAULT generateUUIDv4(),
    `created_at` DateTime64(9, 'UTC') DEFAULT now64(9),
    `error_signature` String COMMENT 'the error without what differs' CODEC(ZSTD(1)),
    `error_message` String COMMENT 'one as it was seen' CODEC(ZSTD(1)),
    `service_name` LowCardinality(String) COMMENT 'which service reports it' CODEC(ZSTD(1)),
    `root_cause` String CODEC(ZSTD(1)),
    `resolution` String CODEC(ZSTD(1)),
    `occurrence_count` UInt32 DEFAULT 1 CODEC(ZSTD(1)),
    `last_seen` DateTime64(9, 'UTC') CODEC(ZSTD(1)),
    `related_trace_ids` Array(String) CODEC(ZSTD(1)),
    `embedding` Array(Float32) CODEC(NONE),
    `embedding_model` LowCardinality(String) CODEC(ZSTD(1)),
    `version` UInt64 DEFAULT toUnixTimestamp64Milli(now64(3)) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (service_name, error_signature)
SETTINGS index_granularity = 1024;

INSERT INTO error_patterns (error_signature, error_message, service_name, root_cause, resolution, occurrence_count, last_seen, version)
SELECT *, 0, toDateTime64(0, 9, 'UTC'), 1
FROM values('error_signature String, error_message String, service_name String, root_cause String, resolution String',
    ('Timed out: the payment gateway may need <n> ms and <n> ms were left of the request''s time',
     'Failed to place order: Timed out: the payment gateway may need 1000 ms and 430 ms were left of the request''s time',
     'payment-service',
     'inventory-service: stock valuation reports hold every connection of the stock database for seconds; reservations wait in line and use up the time of the checkout, and payment gets what is left.',
     'Give reports database connections of their own. Until then stop the reports. The payment gateway is as fast as ever.'),
    ('Checkout turned away: as many checkouts as may run at once are under way',
     'Checkout turned away: the limit of 24 checkouts at once is reached',
     'sample-ecommerce-app',
     'inventory-service: the audit of reservations grows without end and is verified from its first entry for each reservation, so that reserving stock gets slower and memory climbs.',
     'Seal old entries of the audit so that it stays short. A restart of inventory-service helps for a while.'),
    ('Failed to place order: cart total mismatch: the items cost <n> USD, the cart says <n> USD',
     'Failed to place order: cart total mismatch: the items cost 199.00 USD, the cart says 398.00 USD',
     'sample-ecommerce-app',
     'sample-ecommerce-app: two additions to one cart at the same moment both read it before either writes, and one addition is overwritten.',
     'Check the version of the cart when it is written, and read it again when it has changed.'),
    ('Visa cache full: cannot add new item.',
     'Failed to place order: Visa cache full: cannot add new item.',
     'payment-service',
     'payment-service: the cache of validated Visa cards keeps every card and is searched from its beginning; it slows down as it grows and refuses new cards when it is full.',
     'Bound the cache and drop what was used longest ago. A restart of payment-service empties it.'),
    ('database is locked: pool ''catalogue'' waited <n> seconds for another connection''s transaction to end',
     'database is locked: pool ''catalogue'' waited 1.0 seconds for another connection''s transaction to end',
     'inventory-service',
     'inventory-service: the price index is rebuilt in one long transaction that locks the file of the catalogue, and readers give up after a second.',
     'Use write-ahead logging for the catalogue, so that readers do not wait for the writer; or rebuild in small transactions.'),
    ('The payment gateway gave no answer: <n> attempts failed: acquirer unavailable',
     'The payment gateway gave no answer: 3 attempts failed: acquirer_unavailable',
     'payment-service',
     'payment-service: one acquirer failed over to a slow standby, and every failed payment is tried twice more at once; three times the load keeps the standby down.',
     'Give retries a budget of one for ten calls and pauses in between. The line then recovers within seconds.'),
    ('Order charged more than once',
     'Order charged more than once',
     'payment-service',
     'sample-ecommerce-app: a payment that is asked for again is sent to payment-service without an idempotency key and is made a second time.',
     'Send the key of the order with each payment, and let payment-service refuse payments without one. Refund what was charged twice.'),
    ('Failed to place order: The order''s tax could not be computed.',
     'Failed to place order: The order''s tax could not be computed.',
     'sample-ecommerce-app',
     'sample-ecommerce-app: a new release, which only some visitors get, looks for a department in its tax table under a name that the catalogue does not use.',
     'Roll back the release, then correct the name in the tax table.'),
    ('A message could not be processed; trying again: a product lies on no shelf.',
     'A message could not be processed; trying again: Product ''lumen-lamp'' lies on no shelf.',
     'inventory-service',
     'inventory-service: an order whose product lies on no shelf is tried again without end, and every later order of its partition waits behind it; picking stands still while orders come in.',
     'Put messages that fail several times aside as dead letters. Fill the shelf again, and pick what was put aside.'))
WHERE (SELECT count() FROM schema_version WHERE Version = 33) = 0;

INSERT INTO schema_version (Version, Name)
SELECT 33, 'Error patterns' WHERE (SELECT count() FROM schema_version WHERE Version = 33) = 0;
