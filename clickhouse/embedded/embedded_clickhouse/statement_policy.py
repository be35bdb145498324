"""Which statements are refused before the engine sees them.

The engine's grants (engine_configuration.py) close files and addresses to statements, but not where the library acts
as a program at a prompt: what it reads and writes for ``INFILE`` and ``OUTFILE``, the function ``file``, and the
paths of some engines. The check reads the statement as the engine's own parser writes it, in which no comment,
escape or odd quotation hides a name. Settings that hold SQL or paths are shut in engine_configuration.py, and
confinement.py bounds what any statement reaches that this check does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from embedded_clickhouse.errors import refused
from embedded_clickhouse.statement import InsertStatement, first_word, reads_only, tokens

_SUSPECT = re.compile(rb"file|executable|\\|\b(?:format|input)[\"`]?\s*(?:\(|/\*|--|\#)", re.IGNORECASE)
_EXPRESSIONS_THAT_READ = re.compile(rb"\bfile\b|[`\"][^`\"]*\\")
_EXPRESSIONS_IN_VALUES = {
    b"INPUT_FORMAT_VALUES_INTERPRET_EXPRESSIONS",
    b"INPUT_FORMAT_VALUES_DEDUCE_TEMPLATES_OF_EXPRESSIONS",
}
_IDENTIFIER_PARAMETER = re.compile(rb"\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*:\s*Identifier\s*\}")
_DEFAULT = re.compile(rb"\b(?:DEFAULT|MATERIALIZED|ALIAS|EPHEMERAL)\b", re.IGNORECASE)
_FORBIDDEN_FUNCTIONS = {b"FILE", b"EXECUTABLE", b"DISK"}
_FORBIDDEN_ENGINES = {b"EMBEDDEDROCKSDB", b"EXECUTABLE", b"EXECUTABLEPOOL", b"FILELOG", b"DATALAKECATALOG"}
_ALLOWED_BY = "start the server with --allow-sources to allow it to all who can ask"


def check(
    text: bytes,
    canonical: Callable[[bytes], bytes],
    *,
    parameters: Mapping[str, str],
    read_only: bool,
    sources_allowed: bool,
) -> None:
    """Raises ``ClickHouseError`` for a statement that may not run.

    ``canonical`` is the engine's own spelling of a statement; it raises ``ClickHouseError`` for what is none. It is
    asked only where it matters: most questions name nothing that could be meant. ``parameters`` fill the statement's
    ``{name:Type}``.
    """
    if read_only and not reads_only(text):
        raise refused(164, "READONLY", "Cannot execute query in readonly mode: use POST")
    if reads_only(text) and not _SUSPECT.search(text) and not any(map(_means_file, parameters.values())):
        return
    spelled = canonical(text)
    words = _significant(spelled)
    _check_clauses(words)
    if not sources_allowed:
        _check_sources(words, creates=first_word(text) in (b"CREATE", b"ATTACH", b"REPLACE"))
        _check_names_given(spelled, words, parameters)
        _check_rows_in_text([each for each in tokens(spelled) if each[0] != "space"])


def check_insert(insert: InsertStatement, canonical: Callable[[bytes], bytes], *, literals_only: bool) -> None:
    """The same for an INSERT whose rows follow: the engine's grants know where it writes, not what it reads."""
    if not literals_only and not re.search("infile", insert.sql, re.IGNORECASE):
        return
    words = _significant(canonical(f"{insert.sql} FORMAT {insert.format}".encode()))
    _check_clauses(words)
    if literals_only and not _EXPRESSIONS_IN_VALUES.isdisjoint(words):
        raise refused(497, "ACCESS_DENIED", f"expressions are off for these rows: {_ALLOWED_BY}")


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
        if (this, following) == (b"INPUT", b"("):
            raise refused(48, "NOT_IMPLEMENTED", "input() is not implemented: insert the rows into the table itself")


def _check_sources(words: list[bytes], *, creates: bool) -> None:
    for before, this, following in zip([b"", *words], words, words[1:]):
        if this in _FORBIDDEN_FUNCTIONS and following == b"(":
            raise refused(497, "ACCESS_DENIED", f"{this.decode().lower()}() is off: {_ALLOWED_BY}")
        # A function may be handed on by its bare name: arrayMap(file, ...), APPLY file.
        handed_on = before == b"APPLY" or (before not in (b".", b"AS") and following in (b",", b")", b"AS"))
        if this == b"FILE" and handed_on:
            raise refused(
                497,
                "ACCESS_DENIED",
                f"file() is off, by its bare name too; a column is written table.file: {_ALLOWED_BY}",
            )
    if not creates:
        return
    if words[0] == b"ATTACH" and b"FROM" in words and b"SELECT" not in words:
        raise refused(497, "ACCESS_DENIED", f"ATTACH ... FROM is off: {_ALLOWED_BY}")
    for this, equals, name in zip(words, words[1:], words[2:]):
        if this == b"ENGINE" and equals == b"=" and name in _FORBIDDEN_ENGINES:
            raise refused(497, "ACCESS_DENIED", f"the engine {name.decode()} is off: {_ALLOWED_BY}")


def _check_names_given(spelled: bytes, words: list[bytes], parameters: Mapping[str, str]) -> None:
    """A parameter of the type Identifier puts a name where the statement shows none."""
    given = [parameters.get(name.decode(), "") for name in _IDENTIFIER_PARAMETER.findall(spelled)]
    sets = words[0] == b"SET" and any(word.startswith(b"PARAM_") for word in words) and _SUSPECT.search(spelled)
    if sets or any(map(_means_file, given)):
        raise refused(497, "ACCESS_DENIED", f"file is no name to fill in: {_ALLOWED_BY}")


def _means_file(value: str) -> bool:
    return "\\" in value or value.strip(' `"').lower() == "file"


def _check_rows_in_text(found: Sequence[tuple[str, bytes]]) -> None:
    """``format(FORMAT[, 'columns'], 'rows')``: its columns may have defaults, and rows of VALUES are expressions.

    Its arguments must be seen to be checked. The function of strings has the same name; its first argument is a
    pattern.
    """
    for position, (kind, token) in enumerate(found[:-1]):
        if token.strip(b'`"').upper() != b"FORMAT" or kind == "string" or found[position + 1][1] != b"(":
            continue
        arguments = found[position + 2 :]
        end = next((index for index, each in enumerate(arguments) if each[1] == b")"), len(arguments))
        first, *others = arguments[:end] or [("other", b"")]
        if first[0] == "string" and b"{" in first[1]:
            continue
        plain = all(token == b"," if kind == "other" else kind == "string" for kind, token in others)
        name = first[1].strip(b"'`\"").upper()
        texts = [_unescaped(token) for kind, token in others if kind == "string"]
        if first[0] == "other" or not plain or name == b"VALUES" or any(map(_has_default_that_reads, texts)):
            raise refused(
                497,
                "ACCESS_DENIED",
                f"format() takes literals here, no VALUES and no default that could read a file: {_ALLOWED_BY}",
            )


def _has_default_that_reads(text: bytes) -> bool:
    return _DEFAULT.search(text) is not None and (b"\\" in text or re.search(rb"\bfile\b", text, re.I) is not None)


def _unescaped(literal: bytes) -> bytes:
    return re.sub(rb"\\(['\\])", rb"\1", literal[1:-1])
