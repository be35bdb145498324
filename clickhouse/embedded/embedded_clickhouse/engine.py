"""The chDB engine: one database folder, one connection a query, all of them in parallel."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import chdb
from chdb.state.sqlitelike import Connection

from embedded_clickhouse import agent_user
from embedded_clickhouse.client_query_ids import CLIENT_QUERY_ID, comment_with
from embedded_clickhouse.errors import ClickHouseError, refused
from embedded_clickhouse.repartition import repartition
from embedded_clickhouse.sql_text import identifier, string

_SETTING_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_SESSIONS_AT_MOST = 1000
_NO_PARAMETERS: Mapping[str, str] = {}


@dataclass(frozen=True)
class QueryContext:
    """In which surroundings a statement runs."""

    query_id: str
    database: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    read_only: bool = False
    session_id: str | None = None
    session_seconds: float = 60.0
    session_must_exist: bool = False
    agent: bool = False
    """Whether the agent's user asks. It has no sessions: nothing that it may do outlives a question."""


class Session:
    """A connection that outlives a request: temporary tables and SET stay. One request at a time."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.busy = threading.Lock()
        self.ends_at = 0.0


class Engine:
    """Opens the folder, hands out connections, cancels queries. Every method may be called from any thread."""

    def __init__(self, folder: Path, configuration: Path, database: str, *, sources_allowed: bool = False) -> None:
        """Opens or makes the database in ``folder``; raises ``ClickHouseError``, also when another process has it.

        ``configuration`` is the file of ``write_configuration``; ``database`` is where a statement runs that names
        none. The library takes both paths as part of an address, so neither may hold a ``?``, ``&`` or ``%``.
        """
        self._address = f"{folder}?config-file={configuration}"
        self._database = database
        self.sources_allowed = sources_allowed
        self._sessions: dict[str, Session] = {}
        self._sessions_lock = threading.Lock()
        # The engine lives as long as any connection does.
        self._keeper = self._connect()
        name, zone = self._keeper.query("SELECT version(), timezone()", "TabSeparated").bytes().decode().split()
        self.version = name
        self.timezone = zone

    def close(self) -> None:
        """Closes every connection; what was inserted is on disk."""
        with self._sessions_lock:
            for session in self._sessions.values():
                session.connection.close()
            self._sessions.clear()
        self._keeper.close()

    def run_script(self, sql: str, database: str, parameters: Mapping[str, str] = _NO_PARAMETERS) -> None:
        """Runs several statements in a database that is made if missing; raises ``ClickHouseError``.

        ``parameters`` are the values of its query parameters, such as ``{replay_days:Nullable(UInt16)}``.
        """
        connection = self._connect()
        try:
            _ask(connection, f"CREATE DATABASE IF NOT EXISTS {identifier(database)}")
            _ask(connection, f"USE {identifier(database)}")
            for name, value in parameters.items():
                _ask(connection, f"SET {identifier(f'param_{name}')} = {string(value)}")
            _ask(connection, sql)
        finally:
            connection.close()

    def repartition(self, database: str) -> None:
        """Puts what was written in another time zone under its UTC days; raises ``ClickHouseError``."""
        connection = self._connect()
        try:
            _ask(connection, f"USE {identifier(database)}")
            repartition(
                lambda sql: [json.loads(line) for line in _ask(connection, sql, "JSONCompactEachRow").splitlines()],
                database,
            )
        finally:
            connection.close()

    @contextmanager
    def connection(self, context: QueryContext) -> Iterator[Connection]:
        """A connection in the given surroundings, for one statement.

        Raises ``ClickHouseError`` for a database, setting or session that cannot be had.
        """
        if context.session_id is None or context.agent:
            connection = self._connect()
            try:
                self._enter(connection, context)
                yield connection
            finally:
                connection.close()
            return
        # What readonly forbids includes its own end, so a session's caller checks the statement instead.
        context = replace(context, read_only=False)
        with self._session(context) as connection:
            before = _settings_before(connection, context)
            try:
                self._enter(connection, context)
                yield connection
            finally:
                _ask(connection, f"SET {before}")

    def cancel(self, query_id: str) -> None:
        """Stops a running query; nothing happens when it has ended."""
        connection = self._connect()
        try:
            with suppress(ClickHouseError):
                _ask(connection, f"KILL QUERY WHERE {CLIENT_QUERY_ID} = {string(query_id)} ASYNC")
        finally:
            connection.close()

    def cancel_all(self) -> None:
        """Stops every query that runs."""
        connection = self._connect()
        try:
            with suppress(ClickHouseError):
                _ask(connection, "KILL QUERY WHERE query NOT LIKE 'KILL QUERY%' ASYNC")
        finally:
            connection.close()

    def end_session(self, session_id: str) -> None:
        """Closes a session and its temporary tables."""
        with self._sessions_lock:
            session = self._sessions.pop(session_id, None)
        if session is not None:
            with session.busy:
                session.connection.close()

    def end_idle_sessions(self) -> None:
        """Closes the sessions whose time is over."""
        now = time.monotonic()
        with self._sessions_lock:
            over = [name for name, each in self._sessions.items() if each.ends_at < now and not each.busy.locked()]
            ended = [self._sessions.pop(name) for name in over]
        for session in ended:
            session.connection.close()

    def _enter(self, connection: Connection, context: QueryContext) -> None:
        if context.agent and context.database not in (None, "", self._database):
            raise refused(497, "ACCESS_DENIED", f"{agent_user.NAME} asks in the database {self._database} only")
        # A session stays in the database that it chose.
        if context.database or context.session_id is None or context.agent:
            _ask(connection, f"USE {identifier(context.database or self._database)}")
        # A library that is used at a prompt takes a bare expression for a SELECT; a server does not.
        settings = {"implicit_select": "0", **context.settings}
        settings["log_comment"] = comment_with(context.query_id, context.settings.get("log_comment", ""))
        for name in settings:
            if not _SETTING_NAME.fullmatch(name):
                raise refused(115, "UNKNOWN_SETTING", f"Setting {name} is neither a builtin setting nor a custom one")
        assignments = [f"{name} = {string(value)}" for name, value in settings.items()]
        if context.agent:
            _become_agent(connection, settings, context.settings)
            return
        if context.read_only and settings.get("readonly") != "1":
            assignments.append("readonly = 2")
        _ask(connection, "SET " + ", ".join(assignments))

    def _connect(self) -> Connection:
        try:
            return chdb.connect(self._address)
        except RuntimeError as error:
            raise ClickHouseError.of_engine(error) from None

    @contextmanager
    def _session(self, context: QueryContext) -> Iterator[Connection]:
        assert context.session_id is not None
        self.end_idle_sessions()
        with self._sessions_lock:
            session = self._sessions.get(context.session_id)
            if session is None:
                if context.session_must_exist:
                    raise refused(372, "SESSION_NOT_FOUND", f"Session {context.session_id} not found")
                if len(self._sessions) >= _SESSIONS_AT_MOST:
                    raise refused(202, "TOO_MANY_SIMULTANEOUS_QUERIES", "Too many sessions: end some first")
                session = self._sessions[context.session_id] = Session(self._connect())
                _ask(session.connection, f"USE {identifier(self._database)}")
            if not session.busy.acquire(blocking=False):
                raise refused(
                    373, "SESSION_IS_LOCKED", f"Session {context.session_id} is locked by a concurrent client"
                )
        try:
            yield session.connection
        finally:
            session.ends_at = time.monotonic() + context.session_seconds
            session.busy.release()


def _become_agent(connection: Connection, settings: Mapping[str, str], asked: Mapping[str, str]) -> None:
    """Gives up every right but the agent's, for good: what could take them back is refused (agent_user.py)."""
    _ask(connection, f"SET ROLE {agent_user.NAME}")
    own = {"implicit_select": settings["implicit_select"], "log_comment": settings["log_comment"]}
    limits = {**own, **agent_user.LIMITS, "readonly": "1"}
    _ask(connection, "SET " + ", ".join(f"{name} = {string(value)}" for name, value in limits.items()))
    changes = [f"{name} = {string(value)}" for name, value in asked.items() if name != "log_comment"]
    if changes:
        # The engine itself says that settings cannot be changed; one that has the value already may be named.
        _ask(connection, "SET " + ", ".join(changes))


def canonical(connection: Connection, text: bytes) -> bytes:
    """The statement in the engine's own spelling, on one line without comments.

    Raises ``ClickHouseError`` for what is no statement, or several.
    """
    try:
        sql = text.decode()
    except UnicodeDecodeError:
        raise refused(62, "SYNTAX_ERROR", "The statement is not UTF-8") from None
    try:
        return _ask(connection, f"SELECT formatQuerySingleLine({string(sql)})", "RawBLOB")
    except ClickHouseError as error:
        message = error.message.partition(": In scope SELECT formatQuery")[0]
        raise ClickHouseError(error.code, f"{message} (SYNTAX_ERROR)" if error.code == 62 else message) from None


def _settings_before(connection: Connection, context: QueryContext) -> str:
    names = ["log_comment", "implicit_select", *context.settings]
    listed = ", ".join(string(name) for name in names)
    rows = _ask(connection, f"SELECT name, value FROM system.settings WHERE name IN ({listed})", "JSONCompactEachRow")
    pairs = [json.loads(line) for line in rows.decode().splitlines()]
    return ", ".join(f"{name} = {string(value)}" for name, value in pairs)


def _ask(connection: Connection, sql: str, output_format: str = "TabSeparated") -> bytes:
    try:
        return bytes(connection.query(sql, output_format).bytes())
    except (RuntimeError, chdb.ChdbError) as error:
        raise ClickHouseError.of_engine(error) from None
