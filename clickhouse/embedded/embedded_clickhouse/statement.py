"""What this server must know of a statement before the engine sees it: its kind, its format, where data begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"""
      (?P<space>   [\s\x00]+ | --[^\n]*(?:\n|\Z) | \#[!\ ][^\n]*(?:\n|\Z) | /\*.*?\*/ )
    | (?P<string>  '(?:[^'\\]|\\.|'')*' )
    | (?P<quoted>  "(?:[^"\\]|\\.)*" | `(?:[^`\\]|\\.)*` )
    | (?P<word>    [A-Za-z_][A-Za-z0-9_]* )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)
_SELECTS = {b"SELECT", b"WITH"}
_READS = {b"SELECT", b"WITH", b"SHOW", b"DESCRIBE", b"DESC", b"EXPLAIN", b"EXISTS"}
_TRAILING_FORMAT = re.compile(rb"\bFORMAT\s+([A-Za-z][A-Za-z0-9]*)\s*(?:SETTINGS\b[^;]*)?;?\s*\Z", re.IGNORECASE)


@dataclass(frozen=True)
class InsertStatement:
    """An INSERT whose rows follow the statement."""

    sql: str
    """The statement without FORMAT and without rows."""
    format: str
    """The input format of the rows."""
    data_offset: int
    """Where the rows begin in the text that was read."""


def insert_with_data(text: bytes) -> InsertStatement | None:
    """The INSERT that ``text`` begins with, when rows follow it; ``None`` for any other statement.

    ``text`` may end in the middle of the rows. VALUES counts as a format, as it does in ClickHouse.
    """
    depth = 0
    words = 0
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            return None
        position = token.end()
        kind = token.lastgroup
        if kind == "other":
            depth += {b"(": 1, b"[": 1, b")": -1, b"]": -1}.get(token[0], 0)
            if token[0] == b";" and depth == 0:
                return None
            if words == 0 and token[0] != b"(":
                return None
        if kind != "word":
            continue
        word = token[0].upper()
        words += 1
        if words == 1 and word != b"INSERT":
            return None
        if depth or words == 1:
            continue
        if word in _SELECTS:
            return None
        if word == b"VALUES":
            return InsertStatement(_decoded(text[: token.start()]), "Values", position)
        if word == b"FORMAT":
            name = re.compile(rb"\s*([A-Za-z][A-Za-z0-9]*)").match(text, position)
            if name is None:
                continue
            head = _decoded(text[: token.start()])
            if name[1].upper() == b"VALUES":
                return InsertStatement(head, "Values", name.end())
            return InsertStatement(head, name[1].decode(), _after_line_end(text, name.end()))
    return None


def reads_only(text: bytes) -> bool:
    """Whether the statement only reads, by its first word."""
    return first_word(text) in _READS


def is_select(text: bytes) -> bool:
    """Whether the statement is a SELECT, by its first word."""
    return first_word(text) in _SELECTS


def is_insert(text: bytes) -> bool:
    """Whether the statement is an INSERT, by its first word."""
    return first_word(text) == b"INSERT"


def output_format(text: bytes, default: str) -> str:
    """The format the statement asks for at its end, or the default."""
    found = _TRAILING_FORMAT.search(text[-4096:])
    return found[1].decode() if found else default


def tokens(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Every piece of the text with its kind: ``space``, ``string``, ``quoted``, ``word`` or ``other``."""
    for token in _TOKEN.finditer(text):
        yield token.lastgroup or "other", token[0]


def first_word(text: bytes) -> bytes:
    """The first word in upper case, empty when the statement begins otherwise."""
    position = 0
    while token := _TOKEN.match(text, position):
        if token.lastgroup == "word":
            return token[0].upper()
        if token.lastgroup != "space" and token[0] != b"(":
            return b""
        position = token.end()
    return b""


def _after_line_end(text: bytes, position: int) -> int:
    """Rows begin after the blanks that follow the format's name and at most one line end."""
    while position < len(text) and text[position] in b" \t\f":
        position += 1
    if text[position : position + 2] == b"\r\n":
        return position + 2
    return position + 1 if text[position : position + 1] == b"\n" else position


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")
