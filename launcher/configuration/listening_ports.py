"""Whether a port is free and, when it is not, who listens there."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Mapping
from pathlib import Path

from launcher.configuration.settings import Settings
from launcher.errors import UserError

_LISTEN = "0A"


def require_free(settings: Settings) -> None:
    """Raises ``UserError`` for the first port of the suite that cannot be bound."""
    for variable, port in settings.ports.items():
        _require_free(variable, settings.listening_host(variable), port)


def require_admin_free(ports: Mapping[str, int]) -> None:
    """Raises ``UserError`` for the first port of a control listener that cannot be bound."""
    for variable, port in ports.items():
        _require_free(variable, "127.0.0.1", port)


def _require_free(variable: str, host: str, port: int) -> None:
    problem = _bind_problem(host, port)
    if problem is None:
        return
    if problem == errno.EADDRINUSE:
        holder = listener(port)
        by = f" by {holder}" if holder else ""
        raise UserError(f"port {port} is taken{by}: stop that, or choose another port with {variable}=...")
    if problem in (errno.EACCES, errno.EPERM):
        raise UserError(f"{variable}={port}: this user may not listen on port {port}: choose one above 1023")
    if problem in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        raise UserError(f"BIND_HOST={host}: this machine has no such address")
    raise UserError(f"{variable}={port}: cannot listen on {host}: {os.strerror(problem)}")


def _bind_problem(host: str, port: int) -> int | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As the servers do: a port in TIME_WAIT counts as free, a listening one never does.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            probe.bind((host, port))
            probe.listen(1)
    except OSError as error:
        return error.errno or errno.EIO
    return None


def listener(port: int) -> str | None:
    """The process that listens on this port, as ``name (pid N)``, where this user may know it."""
    inodes = _listening_sockets(port)
    if not inodes:
        return None
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and _holds(process, inodes):
            try:
                words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            return f"{' '.join(words).strip()[:80]} (pid {process.name})"
    return None


def _listening_sockets(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found


def _holds(process: Path, inodes: set[str]) -> bool:
    try:
        return any(os.readlink(descriptor) in inodes for descriptor in (process / "fd").iterdir())
    except OSError:
        return False
