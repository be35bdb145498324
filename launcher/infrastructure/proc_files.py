"""What the kernel tells of processes and of the machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    """What a process and everything that it started have used."""

    cpu_seconds: float
    """Time of processors, of both kinds and to the nanosecond: what rests is seldom found at work by a tick."""
    user_seconds: float
    """In whole ticks of the kernel, as is the next."""
    system_seconds: float
    resident_bytes: int
    """Of the process, and what each descendant has for itself alone: most of what they share is counted once."""


@dataclass(frozen=True)
class Machine:
    """What the machine has, and has used."""

    busy_seconds: float
    """Time of all processors together that was neither idle nor waiting for a disk."""
    processors: int
    memory_bytes: int
    available_bytes: int
    uptime_seconds: float


@dataclass(frozen=True)
class Disk:
    """The disk of a folder."""

    capacity_bytes: int
    available_bytes: int


def usage(pid: int) -> Usage | None:
    """Of a process and its descendants; ``None`` when there is no such process."""
    user = system = resident = 0
    cpu = 0.0
    seen = False
    for each in _tree(pid):
        try:
            # The name in parentheses may hold anything.
            fields = Path(f"/proc/{each}/stat").read_text(errors="replace").rpartition(")")[2].split()
            used = time.clock_gettime(_clock(each))
        except OSError:
            continue
        if fields[0] == "Z":
            continue
        seen = True
        cpu += used
        user += int(fields[11])
        system += int(fields[12])
        resident += int(fields[21]) - (0 if each == pid else _shared_pages(each))
    return Usage(cpu, user / _TICKS, system / _TICKS, resident * _PAGE) if seen else None


def machine() -> Machine:
    """This machine. Raises ``OSError`` where the kernel does not tell."""
    times = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    # user nice system idle iowait irq softirq steal; a guest's time is in user already.
    busy = sum(times[:3]) + sum(times[5:8])
    memory = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return Machine(
        busy_seconds=busy / _TICKS,
        processors=os.cpu_count() or 1,
        memory_bytes=_kilobytes(memory["MemTotal"]),
        available_bytes=_kilobytes(memory["MemAvailable"]),
        uptime_seconds=float(Path("/proc/uptime").read_text().split()[0]),
    )


def disk(folder: Path) -> Disk:
    """The disk that a folder is on. Raises ``OSError``."""
    status = os.statvfs(folder)
    return Disk(status.f_blocks * status.f_frsize, status.f_bavail * status.f_frsize)


def _clock(pid: int) -> int:
    """The clock of what a process uses, as ``clock_getcpuclockid`` makes its number of the process's."""
    return (~pid << 3) | 2


def _shared_pages(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[2])
    except (OSError, IndexError):
        return 0


def _kilobytes(text: str) -> int:
    return int(text.split()[0]) * 1024


def _tree(pid: int) -> Iterator[int]:
    """A process and its descendants, as far as this kernel lists children."""
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listed.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _tree(int(child))
