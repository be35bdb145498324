"""Moves rows to the partitions of their UTC days.

A folder that was written while the engine followed the machine's zone has parts under local days. A question about a
range of time skips the partitions of other days, and with them such rows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from embedded_clickhouse.sql_text import identifier, string

_log = logging.getLogger("embedded-clickhouse")
_SUFFIX = "_of_other_days"
_FILLED = "_of_utc_days"

# Of a part only its partition and its first and last time are known without reading it.
_MISPLACED = """
    SELECT table, groupArray(parts.name)
    FROM system.parts AS parts
    INNER JOIN (SELECT name, partition_key FROM system.tables WHERE database = {database}) AS tables
        ON tables.name = parts.table
    WHERE parts.database = {database} AND parts.active AND toYear(parts.min_time) > 1970
      AND multiIf(
          startsWith(partition_key, 'toDate('),
          toString(toDate(min_time, 'UTC')) != partition OR toString(toDate(max_time, 'UTC')) != partition,
          startsWith(partition_key, 'toYYYYMM('),
          toString(toYYYYMM(min_time, 'UTC')) != partition OR toString(toYYYYMM(max_time, 'UTC')) != partition,
          0)
    GROUP BY table
    FORMAT JSONCompactEachRow
"""


def repartition(ask: Callable[[str], list[list[object]]], database: str) -> None:
    """Puts every part of the database under its UTC days; does nothing, quickly, where all are.

    ``ask`` runs a statement in the database and returns its rows. An end in the middle loses nothing and doubles
    nothing: the copy has one name while it is made and another when it is whole, and each partition moves back at
    once or not at all.
    """
    for (name,) in ask(
        f"SELECT name FROM system.tables WHERE database = {string(database)} AND name LIKE '%{_SUFFIX}'"
    ):
        ask(f"DROP TABLE {identifier(str(name))} SYNC")
    for (name,) in ask(
        f"SELECT name FROM system.tables WHERE database = {string(database)} AND name LIKE '%{_FILLED}'"
    ):
        _move_back(ask, database, str(name).removesuffix(_FILLED))
    for table, parts in ask(_MISPLACED.format(database=string(database))):
        assert isinstance(parts, list)
        _log.info("%s: %d parts go to the partitions of their UTC days", table, len(parts))
        _copy(ask, str(table), [str(part) for part in parts])
        _move_back(ask, database, str(table))


def _copy(ask: Callable[[str], list[list[object]]], table: str, parts: list[str]) -> None:
    source, copy = identifier(table), identifier(table + _SUFFIX)
    listed = ", ".join(string(part) for part in parts)
    ask(f"SYSTEM STOP MERGES {source}")
    ask(f"CREATE TABLE {copy} AS {source}")
    ask(f"SYSTEM STOP MERGES {copy}")
    ask(
        f"INSERT INTO {copy} SELECT * FROM {source} WHERE _part IN ({listed})"
        # A day is a partition, and a folder may hold years of them.
        " SETTINGS max_partitions_per_insert_block = 0, insert_deduplicate = 0"
    )
    ask(f"ALTER TABLE {copy} MODIFY COMMENT {string(','.join(parts))}")
    ask(f"RENAME TABLE {copy} TO {identifier(table + _FILLED)}")


def _move_back(ask: Callable[[str], list[list[object]]], database: str, table: str) -> None:
    source, copy = identifier(table), identifier(table + _FILLED)
    named = f"database = {string(database)}"
    ((comment,),) = ask(f"SELECT comment FROM system.tables WHERE {named} AND name = {string(table + _FILLED)}")
    for part in str(comment).split(","):
        if _has(ask, named, table, part):
            ask(f"ALTER TABLE {source} DROP PART {string(part)}")
    partitions = ask(
        f"SELECT DISTINCT partition_id FROM system.parts WHERE {named} AND table = {string(table + _FILLED)} AND active"
    )
    for (partition,) in partitions:
        ask(f"ALTER TABLE {copy} MOVE PARTITION ID {string(str(partition))} TO TABLE {source}")
    ask(f"DROP TABLE {copy} SYNC")
    ask(f"SYSTEM START MERGES {source}")


def _has(ask: Callable[[str], list[list[object]]], named: str, table: str, part: str) -> bool:
    where = f"{named} AND table = {string(table)} AND name = {string(part)} AND active"
    return ask(f"SELECT name FROM system.parts WHERE {where}") != []
