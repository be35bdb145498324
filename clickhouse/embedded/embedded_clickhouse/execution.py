"""Runs one statement on the engine and shapes its answer. Everything here runs on worker threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import chdb
from chdb.state.sqlitelike import Connection, StreamingResult

from embedded_clickhouse import agent_user, statement_policy
from embedded_clickhouse.client_query_ids import with_client_query_ids
from embedded_clickhouse.content_coding import DECODE_ERRORS, Decoder
from embedded_clickhouse.engine import Engine, QueryContext, canonical
from embedded_clickhouse.errors import ClickHouseError, refused
from embedded_clickhouse.external_tables import ExternalTable, add_external_tables, drop_external_tables
from embedded_clickhouse.statement import InsertStatement, insert_with_data, is_select, output_format

_HEAD_BYTES = 64 * 1024
_STATEMENT_BYTES = 64 * 1024 * 1024
_LITERALS_ONLY = {
    "input_format_values_interpret_expressions": "0",
    "input_format_values_deduce_templates_of_expressions": "0",
}

# The engine's streams encode every block by itself; only in these formats do consecutive blocks form one document.
_STREAMED = frozenset(
    ["Native", "TabSeparated", "TSV", "TabSeparatedRaw", "TSVRaw", "CSV", "RowBinary", "JSONEachRow"]
    + ["JSONCompactEachRow", "LineAsString", "RawBLOB"]
)


@dataclass(frozen=True)
class Statement:
    """What a request asks."""

    text: bytes
    """The ``query`` of the URL."""
    pieces: Iterator[bytes]
    """The body as it arrives."""
    decoder: Decoder
    default_format: str
    parameters: Mapping[str, str]
    context: QueryContext
    whole: bool = False
    """Whether the answer must be complete before any of it is sent."""
    external_tables: Sequence[ExternalTable] = ()
    """Rows that came with the statement, for it alone."""


@dataclass
class Summary:
    """What ``X-ClickHouse-Summary`` says."""

    read_rows: int = 0
    read_bytes: int = 0
    written_rows: int = 0
    written_bytes: int = 0
    result_rows: int = 0
    result_bytes: int = 0
    elapsed_ns: int = 0


@dataclass
class Answer:
    """The beginning of a result, or all of it."""

    format: str
    content: bytes
    summary: Summary
    rest: Rest | None = None


class Rest:
    """The blocks of a result that follow its beginning."""

    def __init__(self, result: StreamingResult, connection: AbstractContextManager[Connection]) -> None:
        self._result = result
        self._connection = connection
        # A client may go away while a block is made: the engine's handle allows one call at a time.
        self._in_use = threading.Lock()

    def next_block(self) -> bytes:
        """The next block, empty after the last one. Raises ``ClickHouseError``."""
        with self._in_use:
            return _fetch(self._result)[0]

    def close(self) -> None:
        """Ends the query if it still runs, and its connection; waits for a block that is being made."""
        with self._in_use:
            try:
                self._result.close()
            finally:
                self._connection.__exit__(None, None, None)


def execute(engine: Engine, statement: Statement) -> Answer:
    """Runs the statement; raises ``ClickHouseError``."""
    began = time.monotonic_ns()
    content = _Content(statement)
    head = content.read_at_least(_HEAD_BYTES)
    text = statement.text + (b"\n" if statement.text and head else b"") + head
    if not text.strip():
        raise refused(62, "SYNTAX_ERROR", "Empty query")
    insert = insert_with_data(text)
    if insert is not None:
        if statement.context.agent:
            raise refused(164, "READONLY", f"{agent_user.NAME} may only read: it inserts nothing")
        if statement.context.read_only:
            raise refused(164, "READONLY", "Cannot insert into table in readonly mode: use POST")
        rows = text[insert.data_offset :]
        context = statement.context
        literals_only = not engine.sources_allowed and statement_policy.literals_only(insert, rows, content.ended)
        if literals_only:
            context = replace(context, settings={**context.settings, **_LITERALS_ONLY})
        return _insert(engine, context, insert, rows, content, began, literals_only=literals_only)
    text += content.read_all(_STATEMENT_BYTES)
    return _select(engine, statement, text, began)


class _Content:
    """The decoded body, read in order."""

    def __init__(self, statement: Statement) -> None:
        self._pieces = statement.pieces
        self._decoder = statement.decoder
        self.ended = False
        """Whether all of it was read."""

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            try:
                content = self._decoder.decompress(piece)
            except DECODE_ERRORS as error:
                raise refused(
                    354, "ZLIB_INFLATE_FAILED", f"The body is not what Content-Encoding says: {error}"
                ) from None
            if content:
                yield content
        self.ended = True

    def read_at_least(self, count: int) -> bytes:
        """That many bytes or a few more; fewer at the end."""
        found = bytearray()
        for content in self:
            found += content
            if len(found) >= count:
                break
        return bytes(found)

    def read_all(self, at_most: int) -> bytes:
        """The rest; raises ``ClickHouseError`` when it is longer than that."""
        found = bytearray()
        for content in self:
            found += content
            if len(found) > at_most:
                raise refused(229, "QUERY_IS_TOO_LARGE", f"The statement is longer than {at_most} bytes")
        return bytes(found)


def _insert(
    engine: Engine,
    context: QueryContext,
    insert: InsertStatement,
    rows: bytes,
    content: _Content,
    began: int,
    *,
    literals_only: bool,
) -> Answer:
    with engine.connection(context) as connection:
        statement_policy.check_insert(insert, partial(canonical, connection), literals_only=literals_only)
        try:
            with connection.send_insert(insert.sql, insert.format) as inserter:
                if rows:
                    inserter.append(rows)
                for piece in content:
                    inserter.append(piece)
                result = inserter.finish()
        except RuntimeError as error:
            raise ClickHouseError.of_engine(error) from None
    return Answer(
        "TabSeparated",
        b"",
        Summary(
            read_rows=result.rows_written,
            read_bytes=result.bytes_written,
            written_rows=result.rows_written,
            written_bytes=result.bytes_written,
            elapsed_ns=time.monotonic_ns() - began,
        ),
    )


def _select(engine: Engine, statement: Statement, text: bytes, began: int) -> Answer:
    try:
        sql = with_client_query_ids(text).decode()
    except UnicodeDecodeError:
        raise refused(62, "SYNTAX_ERROR", "The statement is not UTF-8") from None
    chosen = output_format(text, statement.default_format)
    connecting = engine.connection(statement.context)
    connection = connecting.__enter__()
    rest = None
    try:
        if statement.context.agent:
            agent_user.check(text, partial(canonical, connection))
        for each in (text, *(table.definition.encode() for table in statement.external_tables)):
            statement_policy.check(
                each,
                partial(canonical, connection),
                parameters=statement.parameters,
                read_only=statement.context.read_only,
                sources_allowed=engine.sources_allowed,
            )
        add_external_tables(connection, statement.external_tables)
        # The limits on a result hold for the whole of it, and a stream is sent before the whole is known.
        streams = not statement.whole and not statement.context.agent
        if chosen in _STREAMED and streams and is_select(text):
            answer, rest = _first_blocks(connection, connecting, sql, chosen, statement.parameters)
        else:
            result = connection.query(sql, chosen, params=dict(statement.parameters))
            answer = Answer(
                chosen,
                result.bytes(),
                _read_summary(result),
            )
    except (RuntimeError, chdb.ChdbError) as error:
        raise ClickHouseError.of_engine(error) from None
    finally:
        if rest is None:
            drop_external_tables(connection, statement.external_tables)
            connecting.__exit__(None, None, None)
    if statement.context.agent:
        agent_user.check_result(answer.content)
    answer.rest = rest
    answer.summary.result_bytes = len(answer.content)
    answer.summary.elapsed_ns = time.monotonic_ns() - began
    return answer


def _first_blocks(
    connection: Connection,
    connecting: AbstractContextManager[Connection],
    sql: str,
    chosen: str,
    parameters: Mapping[str, str],
) -> tuple[Answer, Rest | None]:
    """Most results are one block: the second is asked for at once, so that they are sent whole."""
    stream = connection.send_query(sql, chosen, params=dict(parameters))
    ended = True
    try:
        first, summary = _fetch(stream)
        second, more = _fetch(stream) if first else (b"", Summary())
        summary.result_rows += more.result_rows
        answer = Answer(chosen, first + second, summary)
        ended = not second
    finally:
        if ended:
            stream.close()
    return answer, None if ended else Rest(stream, connecting)


def _fetch(stream: StreamingResult) -> tuple[bytes, Summary]:
    try:
        block = stream.fetch()
    except (RuntimeError, chdb.ChdbError) as error:
        raise ClickHouseError.of_engine(error) from None
    return (b"", Summary()) if block is None else (block.bytes(), _read_summary(block))


def _read_summary(result: Any) -> Summary:
    return Summary(
        read_rows=result.storage_rows_read(),
        read_bytes=result.storage_bytes_read(),
        result_rows=result.rows_read(),
    )
