"""The run folder: everything one suite leaves on disk."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import pwd
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.configuration.settings import Settings
from launcher.errors import UserError

# A Unix socket's address has room for 107 bytes; Supervisor binds PATH.PID first and renames it.
_SOCKET_PATH_LIMIT = 95

# Below this the engine cannot even merge what it has.
_ROOM_BYTES = 16_000_000
_TOKEN_BYTES = 16


@dataclass(frozen=True)
class RunFolder:
    """``--data DIR``: data, logs, configuration and socket of one suite."""

    path: Path

    @property
    def logs(self) -> Path:
        """One file a process."""
        return self.path / "logs"

    @property
    def databases(self) -> Path:
        """The services' SQLite files (``DATA_DIR``)."""
        return self.path / "data"

    @property
    def clickhouse(self) -> Path:
        """The embedded ClickHouse's data."""
        return self.path / "clickhouse"

    @property
    def truth(self) -> Path:
        """What the load knows of each run: requests with their traces, incidents with their times."""
        return self.path / "truth"

    @property
    def supervisor_configuration(self) -> Path:
        """Supervisor's own file, rewritten by each ``up``."""
        return self.path / "supervisord.conf"

    @property
    def supervisor_socket(self) -> Path:
        """Supervisor's XML-RPC socket; below /tmp when the run folder's path is too long for one."""
        beside = self.path / "supervisor.sock"
        if len(os.fsencode(str(beside))) <= _SOCKET_PATH_LIMIT:
            return beside
        digest = hashlib.sha256(os.fsencode(str(self.path.resolve()))).hexdigest()[:16]
        return Path("/tmp") / f"faultline-{os.getuid()}" / f"{digest}.sock"

    def log(self, name: str) -> Path:
        """The log of one process."""
        return self.logs / f"{name}.log"

    def admin_token(self) -> str:
        """The token of the services' control listeners, made at its first use and kept. Raises ``UserError``."""
        return self._kept_token("admin-token")

    def mcp_token(self) -> str:
        """The token of the MCP server over HTTP, made at its first use and kept. Raises ``UserError``."""
        return self._kept_token("mcp-token")

    def _kept_token(self, name: str) -> str:
        file = self.path / name
        with self._usable():
            try:
                kept = file.read_text().strip()
            except FileNotFoundError:
                kept = ""
            if len(kept) < _TOKEN_BYTES:
                kept = secrets.token_hex(_TOKEN_BYTES)
                with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as written:
                    written.write(kept + "\n")
        return kept

    def create(self) -> None:
        """Makes the folder and what is below it. Raises ``UserError`` where it may not, or where there is no room."""
        with self._usable():
            for folder in (self.logs, self.databases, self.clickhouse):
                folder.mkdir(parents=True, exist_ok=True)
                if not os.access(folder, os.W_OK | os.X_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
            if self.supervisor_socket.parent != self.path:
                _private_folder(self.supervisor_socket.parent)
        if (full := self.full_disk()) is not None:
            raise UserError(full)

    def set_logs_aside(self, names: Sequence[str]) -> None:
        """Keeps one former version of each log, and starts new ones. Raises ``UserError``."""
        with self._usable():
            for name in names:
                if self.log(name).exists():
                    self.log(name).replace(self.log(name).with_suffix(".log.1"))
                self.log(name).touch()

    def full_disk(self) -> str | None:
        """One line when the disk of this folder has no room left; ``None`` while it has some."""
        try:
            disk = os.statvfs(self.path)
        except OSError:
            return None
        free = disk.f_bavail * disk.f_frsize
        if free >= _ROOM_BYTES and (disk.f_files == 0 or disk.f_favail > 0):
            return None
        return (
            f"the disk of {self.path} is full ({free / 1e6:.1f} MB left): nothing more is stored until there is room"
            f" (at least {_ROOM_BYTES / 1e6:.0f} MB)"
        )

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keeps a second ``up`` or ``down`` away from this folder for as long as the block runs."""
        with contextlib.ExitStack() as held:
            with self._usable():
                # Opened without changing it: that works on a full disk too.
                lock = held.enter_context(open(self.path / "lock", "a"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UserError(f"another ./demo is starting or stopping the suite in {self.path}") from None
            yield

    @contextlib.contextmanager
    def _usable(self) -> Iterator[None]:
        """Tells in one line what keeps this user from the folder."""
        try:
            yield
        except OSError as error:
            what = error.filename or self.path
            if error.errno in (errno.EACCES, errno.EPERM) and (owner := _owner_of_another(Path(what))):
                raise UserError(
                    f"cannot use {self.path} as run folder: {what} belongs to {owner}:"
                    f" sudo chown -R {_user(os.geteuid())} '{self.path}' gives it back, --data DIR chooses another"
                ) from None
            raise UserError(
                f"cannot use {self.path} as run folder: {what}: {error.strerror}: choose another with --data DIR"
            ) from None

    def write_suite(self, settings: Settings, processes: list[str], silent_after_seconds: float | None) -> None:
        """Notes what this suite was started with, for the commands that follow. Raises ``UserError``."""
        suite = {
            "ports": dict(settings.ports),
            "database": settings.database,
            "bind_host": settings.bind_host,
            "processes": processes,
            "silent_after_seconds": silent_after_seconds,
        }
        with self._usable():
            (self.path / "suite.json").write_text(json.dumps(suite, indent=2) + "\n")

    def write_supervisor_configuration(self, text: str) -> None:
        """Writes Supervisor's own file. Raises ``UserError``."""
        with self._usable():
            self.supervisor_configuration.write_text(text)

    def read_suite(self) -> Suite | None:
        """What the suite of this folder was last started with, ``None`` when it never was."""
        try:
            noted: Mapping[str, Any] = json.loads((self.path / "suite.json").read_text())
            settings = Settings(noted["ports"], noted["database"], noted["bind_host"])
            return Suite(settings, list(noted["processes"]), noted.get("silent_after_seconds"))
        except (OSError, ValueError, KeyError, TypeError):
            return None


@dataclass(frozen=True)
class Suite:
    """What a running suite was started with."""

    settings: Settings
    processes: list[str]
    silent_after_seconds: float | None = None
    """How old a service's newest row may be before its telemetry counts as lost; ``None`` when it goes elsewhere."""


def _owner_of_another(path: Path) -> str | None:
    """Who owns the path, or what of it exists, when that is not this user."""
    for each in (path, *path.parents):
        try:
            owner = each.stat().st_uid
        except OSError:
            continue
        return None if owner == os.geteuid() else _user(owner)
    return None


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise UserError(f"{folder} belongs to someone else: choose a shorter run folder with --data DIR")
