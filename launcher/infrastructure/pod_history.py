"""What a pod used between two looks at it."""

from __future__ import annotations

from dataclasses import dataclass

from launcher.infrastructure.proc_files import Usage
from launcher.supervision.supervisor_client import ProcessState


@dataclass(frozen=True)
class Interval:
    """What a pod used since the look before."""

    cores: float
    resident_bytes: int
    totals: Usage | None
    """Since its process began; ``None`` while there is none, or none that was there at the look before."""


@dataclass(frozen=True)
class _Look:
    pid: int
    usage: Usage
    seconds: float


_NOTHING = Interval(0, 0, None)


class PodHistory:
    """The looks at one pod."""

    def __init__(self) -> None:
        self._last: _Look | None = None
        self._has_run = False
        self.began: int | None = None
        """When its first process was started, in seconds since 1970."""

    def look(self, state: ProcessState, usage: Usage | None, seconds: float) -> Interval | None:
        """Takes a look at a moment of a steady clock; ``None`` as long as there is nothing to compare with.

        A process that was not there at the look before has no rate yet. Where another was, the pod used nothing for
        a part of the interval, and is told to have used nothing: so a restart shows, however short it was.
        """
        if self.began is None and state.started:
            self.began = state.started
        before, self._last = self._last, None if usage is None else _Look(state.pid, usage, seconds)
        if usage is not None and before is not None and before.pid == state.pid and seconds > before.seconds:
            spent = usage.cpu_seconds - before.usage.cpu_seconds
            self._has_run = True
            return Interval(max(0, spent / (seconds - before.seconds)), usage.resident_bytes, usage)
        return _NOTHING if self._has_run else None
