"""Finds what runs for a suite by looking at the processes themselves, also when its supervisor is gone."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from launcher.configuration.run_folder import RunFolder

_END_SECONDS = 10.0
_SUPERVISOR_MODULES = (b"launcher.supervision.supervisor_process", b"supervisor.supervisord")


@dataclass(frozen=True)
class FoundProcess:
    """A process that was started for a suite."""

    pid: int
    name: str
    supervises: bool
    data: Path
    """The ``DATA_DIR`` it was given."""
    variables: dict[str, str]


def processes_of(folder: RunFolder) -> list[FoundProcess]:
    """What runs for the suite of this folder, its supervisor included, as far as this user may know."""
    data = _resolved(folder.databases)
    return [process for process in _all() if _resolved(process.data) == data]


def suites_up() -> list[FoundProcess]:
    """The supervisors of all suites that this user may see."""
    return [process for process in _all() if process.supervises]


def end(processes: Sequence[FoundProcess]) -> None:
    """Terminates them, and kills those that do not end in time. Their ports and files are free when this returns."""
    with ExitStack() as held:
        left = [descriptor for process in processes if (descriptor := _held(process, held)) is not None]
        for number in (signal.SIGTERM, signal.SIGKILL):
            for descriptor in left:
                _send(descriptor, number)
            left = _still_running(left)
            if not left:
                return


def run_folder_of(process: FoundProcess) -> Path:
    """The folder that ``--data`` named when it was started."""
    return process.data.parent


def _held(process: FoundProcess, held: ExitStack) -> int | None:
    """A descriptor of the process, whose number may become another's; nothing if it has ended."""
    try:
        descriptor = os.pidfd_open(process.pid)
    except OSError:
        return None
    held.callback(os.close, descriptor)
    found = _read(process.pid)
    return descriptor if found is not None and found.data == process.data else None


def _send(descriptor: int, number: signal.Signals) -> None:
    with suppress(OSError):
        signal.pidfd_send_signal(descriptor, number)


def _still_running(descriptors: Sequence[int]) -> list[int]:
    """Waits a while for all to end. A descriptor is readable when the last thread has, and with it every socket."""
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    left = list(descriptors)
    deadline = time.monotonic() + _END_SECONDS
    while left and (remaining := deadline - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(remaining * 1000):
            poll.unregister(descriptor)
            left.remove(descriptor)
    return left


def _all() -> Iterator[FoundProcess]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid() and (found := _read(int(entry.name))):
            yield found


def _read(pid: int) -> FoundProcess | None:
    try:
        entry = Path("/proc") / str(pid)
        # One that has ended and was not waited for has no command line.
        words = (entry / "cmdline").read_bytes().split(b"\0")[:-1]
        raw = (entry / "environ").read_bytes().split(b"\0")
    except OSError:
        return None
    variables = dict(os.fsdecode(each).split("=", 1) for each in raw if b"=" in each)
    # Only the launcher sets both.
    if not words or not variables.get("DATA_DIR") or not variables.get("FAULTLINE_SOCKET"):
        return None
    return FoundProcess(
        pid=pid,
        name=_name(words, variables),
        supervises=any(module in words for module in _SUPERVISOR_MODULES),
        data=Path(variables["DATA_DIR"]),
        variables=variables,
    )


def _name(words: Sequence[bytes], variables: dict[str, str]) -> str:
    """What Supervisor calls it, else its program."""
    return variables.get("SUPERVISOR_PROCESS_NAME") or Path(os.fsdecode(words[0])).name


def _resolved(path: Path) -> Path:
    return path.resolve()
