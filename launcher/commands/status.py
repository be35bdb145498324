"""``./demo status``: one line for each process."""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import sys
import time

from launcher.configuration.run_folder import RunFolder, Suite
from launcher.supervision.health import answers_by_name, proportional_bytes, resident_bytes
from launcher.supervision.leftovers import named
from launcher.supervision.load import Load
from launcher.supervision.processes import Process, suite_processes
from launcher.supervision.suite_search import FoundProcess, processes_of
from launcher.supervision.supervisor_client import NotRunning, ProcessState, SupervisorClient
from launcher.telemetry import Arrival, arrivals, has_session_replay, lost_by_collector
from launcher.terminal.status_table import ProcessStatus, status_table
from launcher.terminal.style import for_stream

NOT_UP = 3
"""Exit status when nothing is up, as ``systemctl status`` has it."""


def run(arguments: argparse.Namespace) -> int:
    """Prints the state of the suite; exit status 3 when it is not up."""
    folder = RunFolder(arguments.data)
    client = SupervisorClient(folder.supervisor_socket)
    suite = folder.read_suite()
    full = folder.full_disk()
    try:
        if suite is None:
            raise NotRunning
        statuses = suite_status(suite, folder, client.states())
        supervisor = client.pid()
    except NotRunning:
        _print_not_up(folder, processes_of(folder), arguments.json)
        _print_full(full)
        return NOT_UP
    if arguments.json:
        print(json.dumps([dataclasses.asdict(status) for status in statuses], indent=2))
    else:
        columns = shutil.get_terminal_size((120, 40)).columns
        for line in status_table(statuses, supervisor, proportional_bytes(supervisor), for_stream(sys.stdout), columns):
            print(line)
        _print_replay(suite)
    _print_full(full)
    return 0


def suite_status(suite: Suite, folder: RunFolder, states: dict[str, ProcessState]) -> list[ProcessStatus]:
    """The status of each process in the order of their start."""
    processes = [
        process
        for process in suite_processes(suite.settings, folder, Load(browsers=1))
        if process.name in suite.processes
    ]
    urls = {process.name: process.health_url(suite.settings) for process in processes}
    answering = answers_by_name({name: url for name, url in urls.items() if url is not None})
    stored = arrivals(suite.settings) if answering.get("clickhouse") else None
    lost = lost_by_collector(suite.settings) if answering.get("collector") else None
    statuses = []
    for process in processes:
        state = states[process.name]
        answers = state.pid != 0 and answering.get(process.name, state.state == "RUNNING")
        uptime = max(0, int(time.time()) - state.started) if state.pid else None
        arrival = (stored or {}).get(process.name)
        silent = stored is not None and _is_silent(process, suite, uptime, arrival)
        statuses.append(
            ProcessStatus(
                name=process.name,
                state=state.state.lower(),
                pid=state.pid or None,
                port=process.port(suite.settings),
                healthy=answers and not silent,
                silent=silent,
                elsewhere=process.exports and suite.silent_after_seconds is None,
                restarts=state.restarts,
                rss_bytes=resident_bytes(state.pid) if state.pid else None,
                pss_bytes=proportional_bytes(state.pid) if state.pid else None,
                uptime_seconds=uptime,
                last_row_seconds=arrival.seconds_ago if arrival else None,
                items_lost=lost if process.name == "collector" else arrival.items_lost if arrival else None,
            )
        )
    return statuses


def _is_silent(process: Process, suite: Suite, uptime: int | None, arrival: Arrival | None) -> bool:
    """Whether a service that ought to be heard of is not."""
    allowed = suite.silent_after_seconds
    if not process.exports or allowed is None or uptime is None or uptime < allowed:
        return False
    return arrival is None or arrival.seconds_ago > allowed


def _print_not_up(folder: RunFolder, left: list[FoundProcess], as_json: bool) -> None:
    if as_json:
        print(
            json.dumps([{"name": each.name, "state": "left over", "pid": each.pid, "healthy": False} for each in left])
        )
    elif left:
        print(f"The supervisor in {folder.path} is gone. It left {named(left)}: ./demo down ends them.")
    else:
        print(f"Nothing is up in {folder.path}: ./demo up starts it.")


def _print_replay(suite: Suite) -> None:
    """Whether what visitors see is recorded; nothing while the shop does not answer."""
    has_replay = has_session_replay(suite.settings)
    if has_replay is not None:
        without = "off: the shop has no recorder, sessions are recorded without what was seen"
        print(f"  Session replay {'on' if has_replay else without}")


def _print_full(full: str | None) -> None:
    if full is not None:
        print(f"{for_stream(sys.stderr).red('demo:')} {full}", file=sys.stderr)
