"""Which statements are refused before the engine sees them.

The engine's grants (engine_configuration.py) close files and addresses to statements, but not where the library acts
as a program at a prompt: what it reads and writes for ``INFILE`` and ``OUTFILE``, the function ``file``, and the
paths of some engines. The check reads the statement as the engine's own parser writes it, in which no comment,
escape or odd quotation hides a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from embedded_clickhouse.errors import refused
from embedded_clickhouse.statement import InsertStatement, first_word, reads_only, tokens

_SUSPECT = re.compile(rb"file|executable|\\", re.IGNORECASE)
_EXPRESSIONS_THAT_READ = re.compile(rb"\bfile\b|[`\"][^`\"]*\\")
_FORBIDDEN_FUNCTIONS = {b"FILE", b"EXECUTABLE", b"DISK"}
_FORBIDDEN_ENGINES = {b"EMBEDDEDROCKSDB", b"EXECUTABLE", b"EXECUTABLEPOOL", b"FILELOG", b"DATALAKECATALOG"}
_ALLOWED_BY = "start the server with --allow-sources to allow it to all who can ask"


def check(text: bytes, canonical: Callable[[bytes], bytes], *, read_only: bool, sources_allowed: bool) -> None:
    """Raises ``ClickHouseError`` for a statement that may not run.

    ``canonical`` is the engine's own spelling of a statement; it raises ``ClickHouseError`` for what is none. It is
    asked only where it matters: most questions name nothing that could be meant.
    """
    if read_only and not reads_only(text):
        raise refused(164, "READONLY", "Cannot execute query in readonly mode: use POST")
    if reads_only(text) and not _SUSPECT.search(text):
        return
    words = _significant(canonical(text))
    _check_clauses(words)
    if not sources_allowed:
        _check_sources(words, creates=first_word(text) in (b"CREATE", b"ATTACH", b"REPLACE"))


def check_insert(insert: InsertStatement, canonical: Callable[[bytes], bytes]) -> None:
    """The same for an INSERT whose rows follow: the engine's grants know where it writes, not what it reads."""
    if re.search("infile", insert.sql, re.IGNORECASE):
        _check_clauses(_significant(canonical(f"{insert.sql} FORMAT {insert.format}".encode())))


def literals_only(insert: InsertStatement, rows: bytes, complete: bool) -> bool:
    """Whether rows of VALUES must be literals: they may hold expressions, which could read a file."""
    return insert.format == "Values" and (not complete or _EXPRESSIONS_THAT_READ.search(rows) is not None)


def _significant(text: bytes) -> list[bytes]:
    """Words in upper case without their quotation, and every other character; strings as one quote."""
    found = []
    for kind, token in tokens(text):
        if kind == "word":
            found.append(token.upper())
        elif kind == "quoted":
            found.append(token[1:-1].upper())
        elif kind == "string":
            found.append(b"'")
        elif kind == "other":
            found.append(token)
    return found


def _check_clauses(words: list[bytes]) -> None:
    for this, following in zip(words, words[1:]):
        if (this, following) == (b"INTO", b"OUTFILE") or (this, following) == (b"FROM", b"INFILE"):
            raise refused(
                497, "ACCESS_DENIED", f"{following.decode()} is the client's work: send or receive the rows over HTTP"
            )


def _check_sources(words: list[bytes], *, creates: bool) -> None:
    for this, following in zip(words, words[1:]):
        if this in _FORBIDDEN_FUNCTIONS and following == b"(":
            raise refused(497, "ACCESS_DENIED", f"{this.decode().lower()}() is off: {_ALLOWED_BY}")
    if not creates:
        return
    if words[0] == b"ATTACH" and b"FROM" in words and b"SELECT" not in words:
        raise refused(497, "ACCESS_DENIED", f"ATTACH ... FROM is off: {_ALLOWED_BY}")
    for this, equals, name in zip(words, words[1:], words[2:]):
        if this == b"ENGINE" and equals == b"=" and name in _FORBIDDEN_ENGINES:
            raise refused(497, "ACCESS_DENIED", f"the engine {name.decode()} is off: {_ALLOWED_BY}")
