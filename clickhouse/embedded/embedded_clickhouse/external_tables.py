"""Rows that a client sends along with a question: tables for that question alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chdb.state.sqlitelike import Connection

from embedded_clickhouse.errors import ClickHouseError
from embedded_clickhouse.sql_text import identifier


@dataclass(frozen=True)
class ExternalTable:
    """One table of a multipart request."""

    name: str
    structure: str
    """Columns and their types, as CREATE TABLE has them."""
    format: str
    rows: bytes

    @property
    def definition(self) -> str:
        """The statement that makes it, which is to be checked as any other."""
        return f"CREATE TEMPORARY TABLE {identifier(self.name)} ({self.structure}) ENGINE = Memory"


def structure_of_types(types: str) -> str:
    """The columns ``_1``, ``_2``, ... of a list of types, as ``clickhouse client --types`` has it."""
    pieces, depth, begin = [], 0, 0
    for position, character in enumerate(types):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            pieces.append(types[begin:position])
            begin = position + 1
    pieces.append(types[begin:])
    return ", ".join(f"_{number} {each.strip()}" for number, each in enumerate(pieces, start=1))


def add_external_tables(connection: Connection, tables: Sequence[ExternalTable]) -> None:
    """Makes them as temporary tables of the connection. Raises ``ClickHouseError``."""
    for table in tables:
        try:
            connection.query(table.definition)
            with connection.send_insert(f"INSERT INTO {identifier(table.name)}", table.format) as inserter:
                inserter.append(table.rows)
                inserter.finish()
        except RuntimeError as error:
            raise ClickHouseError.of_engine(error) from None


def drop_external_tables(connection: Connection, tables: Sequence[ExternalTable]) -> None:
    """Ends them, where the connection outlives the question."""
    for table in tables:
        connection.query(f"DROP TEMPORARY TABLE IF EXISTS {identifier(table.name)}")
