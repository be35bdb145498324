"""The run folder: everything one suite leaves on disk."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.configuration.settings import Settings
from launcher.errors import UserError

# A Unix socket's address has room for 107 bytes; Supervisor binds PATH.PID first and renames it.
_SOCKET_PATH_LIMIT = 95


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
        """Supervisor's own file, written anew by each ``up``."""
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

    def create(self) -> None:
        """Makes the folder and what is below it. Raises ``UserError`` where it may not."""
        try:
            for folder in (self.logs, self.databases, self.clickhouse):
                folder.mkdir(parents=True, exist_ok=True)
            if self.supervisor_socket.parent != self.path:
                _private_folder(self.supervisor_socket.parent)
        except OSError as error:
            reason = f"cannot use {self.path} as run folder: {error.strerror}: choose another with --data DIR"
            raise UserError(reason) from None

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keeps a second ``up`` or ``down`` away from this folder for as long as the block runs."""
        with open(self.path / "lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UserError(f"another ./demo is starting or stopping the suite in {self.path}") from None
            yield

    def write_suite(self, settings: Settings, processes: list[str]) -> None:
        """Notes what this suite was started with, for the commands that follow."""
        suite = {
            "ports": dict(settings.ports),
            "database": settings.database,
            "bind_host": settings.bind_host,
            "processes": processes,
        }
        (self.path / "suite.json").write_text(json.dumps(suite, indent=2) + "\n")

    def read_suite(self) -> Suite | None:
        """What the suite of this folder was last started with, ``None`` when it never was."""
        try:
            noted: Mapping[str, Any] = json.loads((self.path / "suite.json").read_text())
            settings = Settings(noted["ports"], noted["database"], noted["bind_host"])
            return Suite(settings, list(noted["processes"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


@dataclass(frozen=True)
class Suite:
    """What a running suite was started with."""

    settings: Settings
    processes: list[str]


def _private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise UserError(f"{folder} belongs to someone else: choose a shorter run folder with --data DIR")
