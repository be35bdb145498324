"""Supervisor's XML-RPC over its Unix socket."""

from __future__ import annotations

import http.client
import socket
import xmlrpc.client
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

_ANSWER_SECONDS = 15.0

# supervisor.states.ProcessStates
STARTING_STATES = frozenset({"STARTING", "RUNNING"})
Answer = TypeVar("Answer")


class NotRunning(Exception):
    """No Supervisor answers on the socket: the suite is not up."""


class StartFailed(Exception):
    """Supervisor could not even start the program; the text is its reason."""


@dataclass(frozen=True)
class ProcessState:
    """What Supervisor knows of one process."""

    name: str
    state: str
    """``STOPPED``, ``STARTING``, ``RUNNING``, ``BACKOFF``, ``STOPPING``, ``EXITED``, ``FATAL`` or ``UNKNOWN``."""
    pid: int
    """0 when it has none."""
    started: int
    """Seconds since 1970."""
    exit_description: str
    restarts: int


class SupervisorClient:
    """Talks to the Supervisor of one suite. Every call raises ``NotRunning`` when there is none."""

    def __init__(self, socket_path: Path) -> None:
        self._socket_path = socket_path
        self._proxy = xmlrpc.client.ServerProxy("http://supervisor", transport=_UnixTransport(socket_path))

    def is_running(self) -> bool:
        """Whether a Supervisor answers."""
        try:
            self.pid()
        except NotRunning:
            return False
        return True

    def pid(self) -> int:
        """The process id of supervisord."""
        return cast(int, self._call(lambda: self._proxy.supervisor.getPID()))

    def start(self, name: str) -> None:
        """Starts a process without waiting for it. Raises ``StartFailed``."""
        try:
            self._call(lambda: self._proxy.supervisor.startProcess(name, False))
        except xmlrpc.client.Fault as fault:
            raise StartFailed(fault.faultString) from None

    def stop(self, name: str) -> None:
        """Asks a process to stop, without waiting; one that does not run is left as it is."""
        try:
            self._call(lambda: self._proxy.supervisor.stopProcess(name, False))
        except xmlrpc.client.Fault:
            pass

    def states(self) -> dict[str, ProcessState]:
        """All processes by name, in the order of their start."""
        restarts = cast("dict[str, int]", self._call(lambda: self._proxy.faultline.restarts()))
        infos = cast("list[dict[str, Any]]", self._call(lambda: self._proxy.supervisor.getAllProcessInfo()))
        return {
            info["name"]: ProcessState(
                name=info["name"],
                state=info["statename"],
                pid=info["pid"],
                started=info["start"],
                exit_description=info["spawnerr"] or f"exit status {info['exitstatus']}",
                restarts=restarts.get(info["name"], 0),
            )
            for info in infos
        }

    def release(self) -> None:
        """Lets the suite outlive this launcher."""
        self._call(lambda: self._proxy.faultline.release())

    def shut_down(self) -> None:
        """Asks Supervisor to stop what still runs, and itself."""
        self._call(lambda: self._proxy.supervisor.shutdown())

    def _call(self, request: Callable[[], Answer]) -> Answer:
        try:
            return request()
        except (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError):
            raise NotRunning(str(self._socket_path)) from None
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == 6:  # supervisor.xmlrpc.Faults.SHUTDOWN_STATE
                raise NotRunning(str(self._socket_path)) from None
            raise


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=_ANSWER_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.sock.settimeout(self.timeout)
            self.sock.connect(str(self._path))
        except OSError:
            self.sock.close()
            raise


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        # A connection a call: Supervisor closes idle ones, and a call here costs about a millisecond.
        return _UnixConnection(self._path)
