"""Hours of the shop's telemetry, made from recorded visits: what ``./demo history`` and the storage benchmark store."""
