"""``python clickhouse/embedded``: ClickHouse's HTTP interface on chDB."""

from embedded_clickhouse.command import main

main()
