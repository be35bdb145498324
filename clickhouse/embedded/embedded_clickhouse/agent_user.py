"""The second user, ``agent``: it reads the telemetry and what describes it, within limits, and nothing else.

Its rights are a role of the engine (engine_configuration.py), its limits the engine's settings under ``readonly = 1``.
As a library the engine knows one user and lets everybody read all of ``system``, so two things are checked here: that
a statement is a single question, and which of the ``system`` tables it names. The same user for a server and for
ClickHouse Cloud is in clickhouse/server: there the engine does all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from embedded_clickhouse.errors import refused
from embedded_clickhouse.statement import reads_only, tokens

NAME = "agent"

QUERIES_AT_ONCE = 4

LIMITS: Mapping[str, str] = {
    "max_execution_time": "10",
    "timeout_overflow_mode": "throw",
    "max_rows_to_read": "50000000",
    "max_bytes_to_read": "5000000000",
    "read_overflow_mode": "throw",
    "max_result_rows": "2000",
    "max_result_bytes": "1000000",
    "result_overflow_mode": "throw",
    "max_memory_usage": "1000000000",
    # Sleeping reads nothing and looks at no clock.
    "function_sleep_max_microseconds_per_block": "100000",
}
"""What one question may cost; the engine refuses more by its own codes (159, 158, 307, 396, 241, 160)."""

SYSTEM_TABLES = frozenset(
    ["tables", "columns", "databases", "functions", "settings", "data_skipping_indices", "table_functions", "formats"]
    + ["data_type_families", "time_zones", "one", "numbers"]
)
"""What describes tables and language. Others show what other users do, or where the server is."""

ROWS: Mapping[str, str] = {"error_patterns": "occurrence_count > 0"}
"""Which rows of a table it sees: a cause is known once it was met, and is not told to who is still looking for it."""

# They read tables whose names stand in strings, which the engine lets everybody do with all of system.
_NAMED_BY_TEXT = re.compile(
    rb"MERGE|MERGETREE\w*|LOOP|CLUSTER\w*|REMOTE\w*|DICTIONARY|TIMESERIES\w*|VIEWIFPERMITTED|EVAL"
)


def check(text: bytes, canonical: Callable[[bytes], bytes]) -> None:
    """Raises ``ClickHouseError`` for what is no question, or asks a table of ``system`` that is not for the agent.

    ``canonical`` is the engine's own spelling of a statement; it raises ``ClickHouseError`` for none and for several.
    """
    if not reads_only(text):
        raise refused(164, "READONLY", f"{NAME} may only read: ask by SELECT, SHOW, DESCRIBE, EXISTS or EXPLAIN")
    words = _words(canonical(text))
    if b"IDENTIFIER" in words and b"{" in words:
        raise refused(497, "ACCESS_DENIED", f"{NAME} writes names into the statement, not into parameters")
    if words[:2] == [b"SHOW", b"PROCESSLIST"]:
        raise refused(497, "ACCESS_DENIED", f"{NAME} sees no queries of others")
    for this, following, name in zip(words, [*words[1:], b""], [*words[2:], b"", b""]):
        if this == b"SYSTEM" and following == b"." and name.decode("utf-8", "replace").lower() not in SYSTEM_TABLES:
            raise refused(
                497,
                "ACCESS_DENIED",
                f"{NAME}: Not enough privileges. Of system it reads {', '.join(sorted(SYSTEM_TABLES))}",
            )
        if following == b"(" and _NAMED_BY_TEXT.fullmatch(this):
            raise refused(497, "ACCESS_DENIED", f"{NAME} names its tables in FROM, not by {this.decode().lower()}()")


def check_result(content: bytes) -> None:
    """Raises ``ClickHouseError`` for a result that is too long as it is sent.

    The engine counts a column of one repeated value once, and knows nothing of what a format adds.
    """
    most = int(LIMITS["max_result_bytes"])
    if len(content) > most:
        raise refused(
            396,
            "TOO_MANY_ROWS_OR_BYTES",
            f"Limit for result exceeded, max bytes: {most}, current bytes: {len(content)}: ask for less, or aggregate",
        )


def _words(statement: bytes) -> list[bytes]:
    kinds = [each for each in tokens(statement) if each[0] != "space"]
    return [token.strip(b'`"').upper() if kind in ("word", "quoted") else token for kind, token in kinds]
