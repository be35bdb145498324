"""ClickHouse for one machine: the chDB engine behind ClickHouse's own HTTP interface."""
