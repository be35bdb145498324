"""The query ids that clients choose.

The library gives each query an id of its own and takes none from outside. The client's id therefore travels in the
setting ``log_comment``, before what the client itself says there, and statements that ask for ids are pointed to it.
"""

from __future__ import annotations

from embedded_clickhouse.statement import first_word, is_select, tokens

CLIENT_QUERY_ID = "splitByChar('\\n', Settings['log_comment'])[1]"
"""The client's id of a row of system.processes, as an expression."""

_PROCESSES = (
    f"(SELECT * REPLACE (if({CLIENT_QUERY_ID} = '', query_id, {CLIENT_QUERY_ID}) AS query_id,"
    f" if({CLIENT_QUERY_ID} = '', initial_query_id, {CLIENT_QUERY_ID}) AS initial_query_id) FROM system.processes)"
)
_CLAUSES = frozenset(
    [b"ANY", b"ARRAY", b"CROSS", b"EXCEPT", b"FINAL", b"FORMAT", b"FULL", b"GROUP", b"HAVING", b"INNER", b"INTERSECT"]
    + [
        b"JOIN",
        b"LEFT",
        b"LIMIT",
        b"OFFSET",
        b"ON",
        b"ORDER",
        b"PREWHERE",
        b"QUALIFY",
        b"RIGHT",
        b"SAMPLE",
        b"SETTINGS",
    ]
    + [b"UNION", b"USING", b"WHERE", b"WINDOW", b"GLOBAL", b"ASOF", b"SEMI", b"ANTI"]
)


def comment_with(query_id: str, comment: str) -> str:
    """The ``log_comment`` that carries both."""
    return f"{query_id}\n{comment}" if comment else query_id


def with_client_query_ids(text: bytes) -> bytes:
    """The statement, with the ids it asks for being those that clients gave."""
    if first_word(text) == b"KILL":
        return b"".join(
            CLIENT_QUERY_ID.encode() if kind == "word" and token == b"query_id" else token
            for kind, token in tokens(text)
        )
    if not is_select(text) or b"query_id" not in text or b"processes" not in text:
        return text
    return _with_processes(text)


def _with_processes(text: bytes) -> bytes:
    found = list(tokens(text))
    written = bytearray()
    position = 0
    while position < len(found):
        names = [token.strip(b'`"') for _, token in found[position : position + 3]]
        if names != [b"system", b".", b"processes"]:
            written += found[position][1]
            position += 1
            continue
        position += 3
        following = next(((kind, token) for kind, token in found[position:] if kind != "space"), ("other", b""))
        named = following[0] == "quoted" or (following[0] == "word" and following[1].upper() not in _CLAUSES)
        written += _PROCESSES.encode() + (b"" if named else b" AS processes")
    return bytes(written)
