"""An XML-RPC namespace inside Supervisor: what the suite needs and Supervisor does not tell.

Loaded by supervisord itself (``[rpcinterface:faultline]``), never by the launcher.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

from supervisor import events  # type: ignore[import-untyped]

from launcher.supervision.log_rotation import rotate

_PR_SET_PDEATHSIG = 1
_WAIT_AT_MOST_SECONDS = 10


class SuiteInterface:
    """The namespace ``faultline``."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._starts: Counter[str] = Counter()
        # Processes look for their parent by this number (child.py).
        os.environ["FAULTLINE_SUPERVISOR_PID"] = str(os.getpid())
        events.subscribe(events.ProcessStateStartingEvent, self._started)
        events.subscribe(events.ProcessStateBackoffEvent, self._waits)
        events.subscribe(events.Tick5Event, self._tick)
        self._leash(signal.SIGTERM)
        if str(os.getppid()) != os.environ.get("FAULTLINE_LAUNCHER_PID"):
            # The launcher died before the leash was on.
            os.kill(os.getpid(), signal.SIGTERM)

    def restarts(self) -> dict[str, int]:
        """How often each process was started again after its first start."""
        return {name: starts - 1 for name, starts in self._starts.items()}

    def release(self) -> bool:
        """Lets the suite outlive the launcher that started it (``--detach``)."""
        self._leash(0)
        return True

    def _started(self, event: Any) -> None:
        self._starts[event.process.config.name] += 1

    def _waits(self, event: Any) -> None:
        # Supervisor waits a second longer each time and then gives up; a disk may be full for a night.
        event.process.backoff = min(event.process.backoff, _WAIT_AT_MOST_SECONDS)

    def _tick(self, event: Any) -> None:
        rotate(self._logs)

    @staticmethod
    def _leash(signal_number: int) -> None:
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)


def make_suite_interface(supervisord: Any, **_: Any) -> SuiteInterface:
    """Supervisor's factory for the namespace; its working folder is the run folder."""
    return SuiteInterface(Path("logs").absolute())
