"""Tables in which made rows wait, so that they come into the telemetry all at once and without its codecs' time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from launcher.history.asking import Ask, rows

_COSTLY = {
    "otel_traces": ("ResourceAttributes", "SpanAttributes", "TraceId", "SpanId", "ParentSpanId"),
    "otel_logs": ("ResourceAttributes", "LogAttributes"),
}
"""The columns on which the telemetry's own codec spends most of an insert's time."""

_ALONE = "max_threads = 1, max_insert_threads = 1, insert_deduplicate = 0"
"""Of many inserts at once each has one processor, and none is ever sent again."""


@dataclass(frozen=True)
class WaitingTable:
    """A table like one of the telemetry's, which no view reads."""

    source: str
    """The table of the telemetry."""
    name: str
    """In the database ``faultline_history``."""

    def create(self, ask: Ask) -> None:
        """Makes it, empty."""
        ask(f"CREATE TABLE faultline_history.{self.name} AS faultline_history.{self.source}", {})

    def fill_views(self, ask: Ask) -> None:
        """Gives its rows to each table that a view fills from the telemetry's."""
        for view in _views(ask, self.source):
            view.fill(ask, self.name)

    def attach(self, ask: Ask) -> None:
        """Gives its rows to the telemetry's table."""
        partitions = rows(
            ask,
            "SELECT DISTINCT partition_id FROM system.parts"
            " WHERE active AND database = 'faultline_history' AND table = {table:String}",
            {"table": self.name},
        )
        for partition in partitions:
            ask(
                f"ALTER TABLE {self.source} ATTACH PARTITION ID '{partition['partition_id']}'"
                f" FROM faultline_history.{self.name}",
                {},
            )


def prepare_waiting(ask: Ask) -> None:
    """Makes what the tables are copies of."""
    for source, costly in _COSTLY.items():
        table = f"faultline_history.{source}"
        ask(f"CREATE TABLE {table} AS {source}", {})
        computed = rows(
            ask,
            "SELECT name FROM system.columns"
            " WHERE database = 'faultline_history' AND table = {table:String} AND default_kind = 'MATERIALIZED'",
            {"table": source},
        )
        # What is computed from the resource is the same in every row: computing it costs more than the row.
        changes = [f"MODIFY COLUMN `{column['name']}` REMOVE MATERIALIZED" for column in computed]
        changes += [f"MODIFY COLUMN `{column}` CODEC(LZ4)" for column in costly]
        # A merge would be in vain: the parts go elsewhere, and are merged there, with the codecs of the telemetry.
        changes += ["MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1"]
        ask(f"ALTER TABLE {table} {', '.join(changes)}", {})


@dataclass(frozen=True)
class _View:
    target: str
    columns: tuple[str, ...]
    query: str
    source: re.Pattern[str]

    def fill(self, ask: Ask, table: str) -> None:
        # Under its former name, unless it has another: columns may be called by it.
        query = self.source.sub(
            lambda found: f"FROM faultline_history.{table} AS {found['alias'] or found['table']}", self.query
        )
        columns = ", ".join(f"`{column}`" for column in self.columns)
        ask(f"INSERT INTO {self.target} ({columns}) SELECT {columns} FROM ({query}) SETTINGS {_ALONE}", {})


def _views(ask: Ask, source: str) -> list[_View]:
    found = rows(
        ask,
        "SELECT name, create_table_query, as_select, currentDatabase() AS database FROM system.tables"
        " WHERE database = currentDatabase() AND engine = 'MaterializedView' AND name IN"
        " (SELECT arrayJoin(dependencies_table) FROM system.tables"
        " WHERE database = currentDatabase() AND name = {source:String})"
        " ORDER BY name",
        {"source": source},
    )
    views = []
    for view in found:
        columns = rows(
            ask,
            "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {view:String}",
            {"view": view["name"]},
        )
        target = re.search(r" TO (\S+) ", view["create_table_query"])
        database = re.escape(view["database"])
        name = rf"(?:`{database}`|{database})\.(?P<table>{re.escape(source)})\b"
        pattern = re.compile(rf"FROM {name}(?: AS (?P<alias>\w+))?")
        if target is None or not pattern.search(view["as_select"]):
            raise ValueError(f"the view {view['name']} is written in an unknown way: {view['create_table_query']}")
        views.append(_View(target[1], tuple(column["name"] for column in columns), view["as_select"], pattern))
    return views
