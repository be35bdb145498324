"""A suite without one of its processes."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from launcher.configuration.run_folder import RunFolder
from launcher.supervision.supervisor_client import SupervisorClient
from running_suite import RunningSuite
from waiting import until


@contextmanager
def without_collector(suite: RunningSuite) -> Iterator[None]:
    """Stops the collector as Supervisor does; afterwards it is started again, and healthy."""
    supervisor = SupervisorClient(RunFolder(suite.data).supervisor_socket)
    # Killed, it would be started again at once.
    supervisor.stop("collector")
    try:
        until(lambda: supervisor.states()["collector"].state == "STOPPED")
        yield
    finally:
        supervisor.start("collector")
        until(lambda: _is_healthy(suite.origin("COLLECTOR_METRICS_PORT")))


def _is_healthy(origin: str) -> bool:
    try:
        with urllib.request.urlopen(f"{origin}/health", timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
