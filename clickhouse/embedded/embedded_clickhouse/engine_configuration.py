"""What the engine lets a statement do: its grants, in the configuration files that it reads when it opens a folder.

As a library the engine grants its one user everything, files and addresses included. As a server it must not.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from embedded_clickhouse import agent_user
from embedded_clickhouse.sql_text import identifier

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

_CLOSED_SETTINGS = [
    # Another dialect would be read by another parser than the one that statements are checked with.
    "dialect",
    # Texts that the engine reads as SQL, after the check.
    "additional_table_filters",
    "additional_result_filter",
    "parallel_replicas_custom_key",
    "select",
    "filter",
    "order",
    "sort",
    "allow_experimental_eval_table_function",
    # Files that are read or written, and addresses that are asked.
    "format_schema",
    "format_schema_source",
    "output_format_schema",
    "format_template_row",
    "format_template_resultset",
    "input_format_record_errors_file_path",
    "rename_files_after_processing",
    "format_avro_schema_registry_url",
    "url_base",
    "s3_base",
]
"""Settings by which a statement could reach what its text does not show: nobody may change them."""

_CONSTRAINTS = "".join(f"<{name}><const/></{name}>" for name in _CLOSED_SETTINGS)

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
    <roles>
        <{everything}>
            <grants>
{grants}
            </grants>
        </{everything}>
        <{agent}>
            <grants>
{agent_grants}
            </grants>
        </{agent}>
    </roles>
    <users>
        <default>
            <password/>
            <networks><ip>::/0</ip></networks>
            <profile>default</profile>
            <quota>default</quota>
            <databases>
                <{database}>
{row_policies}
                </{database}>
            </databases>
            <grants>
                <query>GRANT {everything}</query>
                <query>GRANT {agent}</query>
            </grants>
        </default>
    </users>
</clickhouse>
"""


_EVERYTHING = "everything"
"""The role of who may do all that a statement may do here. A connection begins with every role that there is."""

_SEES_EVERYTHING = f"has(currentRoles(), '{_EVERYTHING}')"


def write_configuration(folder: Path, database: str, *, sources_allowed: bool) -> Path:
    """Writes the engine's configuration into ``folder`` and returns its main file; ``database`` is the telemetry's.

    Without ``sources_allowed`` no statement reads or writes a file outside the database, asks another server or runs
    a program. Files that are right already are left alone: a full disk does not matter to them. Raises ``OSError``.
    """
    configuration, users = folder / "engine.xml", folder / "users.xml"
    constraints = "" if sources_allowed else f"<constraints>{_CONSTRAINTS}</constraints>"
    folder.mkdir(exist_ok=True)
    texts = {
        "constraints": constraints,
        "everything": _EVERYTHING,
        "grants": _queries(_grants(sources_allowed)),
        "agent": agent_user.NAME,
        "agent_grants": _queries([f"GRANT SELECT ON {identifier(database)}.*"]),
        "database": database,
        "row_policies": _row_policies(),
    }
    _write(users, _USERS.format(**texts))
    _write(configuration, _CONFIGURATION.format(users=users))
    return configuration


def _grants(sources_allowed: bool) -> list[str]:
    if sources_allowed:
        return ["GRANT ALL ON *.*"]
    return [f"GRANT {_PRIVILEGES} ON *.*", *(f"GRANT TABLE ENGINE ON {name}" for name in _TABLE_ENGINES)]


def _row_policies() -> str:
    """The agent's rows. A policy of the configuration belongs to a user, and there is one: who has the other role too,
    sees all."""
    return "\n".join(
        f"                    <{table}><filter>{escape(f'{rows} OR {_SEES_EVERYTHING}')}</filter></{table}>"
        for table, rows in agent_user.ROWS.items()
    )


def _queries(grants: list[str]) -> str:
    return "\n".join(f"                <query>{grant}</query>" for grant in grants)


def _write(file: Path, text: str) -> None:
    if not file.exists() or file.read_text() != text:
        file.write_text(text)
