"""Run by Supervisor as ``python -m launcher.infrastructure``; everything it has to know comes by environment."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

from launcher.configuration.settings import read_settings
from launcher.infrastructure.sampler import Sampler
from launcher.infrastructure.stand_ins import SUITE_ID, deployment_attributes
from launcher.supervision.supervisor_client import SupervisorClient


def main() -> None:
    """Samples until SIGTERM."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    environment = os.environ
    Sampler(
        client=SupervisorClient(Path(environment["FAULTLINE_SOCKET"])),
        collector=read_settings(environment).url("COLLECTOR_HTTP_PORT"),
        data=Path(environment["DATA_DIR"]),
        suite=environment[SUITE_ID],
        deployment=deployment_attributes(environment),
        seconds=_seconds(environment.get("OTEL_METRIC_EXPORT_INTERVAL", "")),
    ).run(ended.wait)


def _seconds(milliseconds: str) -> float:
    """The interval at which the services export metrics, at least a second."""
    try:
        return max(1.0, float(milliseconds) / 1000)
    except ValueError:
        return 10.0


main()
