"""``./demo status``: one line for each process."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from collections.abc import Sequence

from launcher.configuration.run_folder import RunFolder, Suite
from launcher.supervision.health import answers_by_name, proportional_bytes, resident_bytes
from launcher.supervision.load import Load
from launcher.supervision.processes import suite_processes
from launcher.supervision.supervisor_client import NotRunning, ProcessState, SupervisorClient
from launcher.terminal.style import Style, for_stream
from launcher.terminal.table import table

NOT_UP = 3
"""Exit status when nothing is up, as ``systemctl status`` has it."""


@dataclasses.dataclass(frozen=True)
class ProcessStatus:
    """One process as ``status --json`` prints it."""

    name: str
    state: str
    pid: int | None
    port: int | None
    healthy: bool
    restarts: int
    rss_bytes: int | None
    pss_bytes: int | None
    """Resident memory with each shared page divided among its users: what may be added up."""
    uptime_seconds: int | None


def run(arguments: argparse.Namespace) -> int:
    """Prints the state of the suite; exit status 3 when it is not up."""
    folder = RunFolder(arguments.data)
    client = SupervisorClient(folder.supervisor_socket)
    suite = folder.read_suite()
    try:
        if suite is None:
            raise NotRunning
        statuses = suite_status(suite, folder, client.states())
        supervisor = client.pid()
    except NotRunning:
        print("[]" if arguments.json else f"Nothing is up in {folder.path}: ./demo up starts it.")
        return NOT_UP
    if arguments.json:
        print(json.dumps([dataclasses.asdict(status) for status in statuses], indent=2))
        return 0
    _print_table(statuses, supervisor)
    return 0


def suite_status(suite: Suite, folder: RunFolder, states: dict[str, ProcessState]) -> list[ProcessStatus]:
    """The status of each process in the order of their start."""
    processes = [
        process for process in suite_processes(suite.settings, folder, Load()) if process.name in suite.processes
    ]
    urls = {process.name: process.health_url(suite.settings) for process in processes}
    answering = answers_by_name({name: url for name, url in urls.items() if url is not None})
    statuses = []
    for process in processes:
        state = states[process.name]
        running = state.state == "RUNNING"
        statuses.append(
            ProcessStatus(
                name=process.name,
                state=state.state.lower(),
                pid=state.pid or None,
                port=process.port(suite.settings),
                healthy=state.pid != 0 and answering.get(process.name, running),
                restarts=state.restarts,
                rss_bytes=resident_bytes(state.pid) if state.pid else None,
                pss_bytes=proportional_bytes(state.pid) if state.pid else None,
                uptime_seconds=max(0, int(time.time()) - state.started) if state.pid else None,
            )
        )
    return statuses


def _print_table(statuses: Sequence[ProcessStatus], supervisor: int) -> None:
    style = for_stream(sys.stdout)
    rows = [[style.dim(title) for title in ("process", "state", "pid", "port", "uptime", "restarts", "memory")]]
    for status in statuses:
        rows.append(
            [
                style.bold(status.name),
                _state(status, style),
                str(status.pid or "-"),
                str(status.port or "-"),
                _duration(status.uptime_seconds),
                style.yellow(str(status.restarts)) if status.restarts else "0",
                _megabytes(status.rss_bytes),
            ]
        )
    for line in table(rows, right=frozenset({2, 3, 4, 5, 6})):
        print(f"  {line}")
    # The libraries that the processes share count once here, and for each of them in the rows.
    shares = [status.pss_bytes or status.rss_bytes or 0 for status in statuses]
    together = sum(shares) + (proportional_bytes(supervisor) or 0)
    note = f"together {_megabytes(together)}, shared pages counted once, with the supervisor (pid {supervisor})"
    print(style.dim(f"\n  {note}"))


def _state(status: ProcessStatus, style: Style) -> str:
    if status.healthy:
        return style.green("healthy")
    if status.state == "exited":
        return style.dim("done")
    return style.yellow("no answer") if status.pid else style.red(status.state)


def _duration(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} m {seconds % 60:02} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02} m"


def _megabytes(count: int | None) -> str:
    return "-" if count is None else f"{count / 1_000_000:.1f} MB"
