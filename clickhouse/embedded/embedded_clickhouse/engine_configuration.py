"""What the engine lets a statement do: its grants, in the configuration files that it reads when it opens a folder.

As a library the engine grants its one user everything, files and addresses included. As a server it must not.
"""

from __future__ import annotations

from pathlib import Path

_TABLE_ENGINES = [
    "MergeTree",
    "Memory",
    "Null",
    "Buffer",
    "Merge",
    "Join",
    "Set",
    "Log",
    "TinyLog",
    "StripeLog",
    "Dictionary",
] + ["View", "MaterializedView", "GenerateRandom", "TimeSeries", "Alias", "Atomic", "Ordinary"]
"""Engines that keep rows in the server's own folder or nowhere."""

_PRIVILEGES = (
    "SHOW, SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, CREATE TEMPORARY TABLE, CREATE FUNCTION,"
    " DROP DATABASE, DROP TABLE, DROP VIEW, DROP FUNCTION, UNDROP TABLE, TRUNCATE, OPTIMIZE, MOVE PARTITION BETWEEN"
    " SHARDS, CHECK, KILL QUERY, INTROSPECTION, dictGet, SYSTEM FLUSH, SYSTEM MERGES, SYSTEM TTL MERGES, SYSTEM VIEWS,"
    " SYSTEM DROP CACHE"
)

# Another dialect would be read by another parser than the one that statements are checked with.
_CONSTRAINTS = "<constraints><dialect><const/></dialect></constraints>"

_CONFIGURATION = """\
<clickhouse>
    <users_config>{users}</users_config>
    <access_control_improvements>
        <table_engines_require_grant>true</table_engines_require_grant>
    </access_control_improvements>
</clickhouse>
"""

_USERS = """\
<clickhouse>
    <profiles><default>{constraints}</default></profiles>
    <quotas><default/></quotas>
    <users>
        <default>
            <password/>
            <networks><ip>::/0</ip></networks>
            <profile>default</profile>
            <quota>default</quota>
            <grants>
{grants}
            </grants>
        </default>
    </users>
</clickhouse>
"""


def write_configuration(folder: Path, *, sources_allowed: bool) -> Path:
    """Writes the engine's configuration into ``folder`` and returns its main file.

    Without ``sources_allowed`` no statement reads or writes a file outside the database, asks another server or runs
    a program. Files that are right already are left alone: a full disk does not matter to them. Raises ``OSError``.
    """
    configuration, users = folder / "engine.xml", folder / "users.xml"
    folder.mkdir(exist_ok=True)
    _write(users, _USERS.format(constraints="" if sources_allowed else _CONSTRAINTS, grants=_grants(sources_allowed)))
    _write(configuration, _CONFIGURATION.format(users=users))
    return configuration


def _grants(sources_allowed: bool) -> str:
    if sources_allowed:
        grants = ["GRANT ALL ON *.*"]
    else:
        grants = [f"GRANT {_PRIVILEGES} ON *.*", *(f"GRANT TABLE ENGINE ON {name}" for name in _TABLE_ENGINES)]
    return "\n".join(f"                <query>{grant}</query>" for grant in grants)


def _write(file: Path, text: str) -> None:
    if not file.exists() or file.read_text() != text:
        file.write_text(text)
