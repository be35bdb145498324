"""Starting and stopping a suite: all of it or nothing."""

from __future__ import annotations

import collections
import os
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence

from launcher.configuration.locations import ROOT, python
from launcher.configuration.run_folder import RunFolder
from launcher.configuration.settings import Settings
from launcher.errors import UserError
from launcher.infrastructure import stand_ins
from launcher.supervision.health import answers
from launcher.supervision.processes import (
    INFRASTRUCTURE,
    Process,
    pod_variables,
    silent_after_seconds,
    suite_environment,
)
from launcher.supervision.supervisor_client import (
    STARTING_STATES,
    NotRunning,
    ProcessState,
    StartFailed,
    SupervisorClient,
)
from launcher.supervision.supervisor_configuration import configuration_environment, configuration_text
from launcher.terminal.progress import Progress, Step

_SUPERVISOR_SECONDS = 20.0
_HEALTHY_SECONDS = 90.0
_POLL_SECONDS = 0.04
_OPEN_FILES = 65_536


class SupervisedSuite:
    """One suite in its run folder, up or not."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.client = SupervisorClient(folder.supervisor_socket)

    # MARK: Start

    def start_supervisor(
        self, settings: Settings, processes: Sequence[Process], environment: Mapping[str, str]
    ) -> None:
        """Starts Supervisor, with every process stopped. It ends with this process until ``release``."""
        self.folder.write_supervisor_configuration(configuration_text(processes))
        names = [process.name for process in processes]
        self.folder.write_suite(settings, names, silent_after_seconds(settings, environment))
        suite_id = stand_ins.new_suite_id()
        # Attributes of pods without their metrics would lead to empty charts.
        own_variables = pod_variables(processes, suite_id, environment) if INFRASTRUCTURE in names else {}
        surroundings = {
            **suite_environment(settings, self.folder, environment),
            **configuration_environment(self.folder, processes, own_variables),
            stand_ins.SUITE_ID: suite_id,
            "FAULTLINE_ROOT": str(ROOT),
            "FAULTLINE_LAUNCHER_PID": str(os.getpid()),
        }
        _allow_many_open_files()
        supervisor = subprocess.Popen(
            [str(python()), "-m", "launcher.supervision.supervisor_process", str(self.folder.log("supervisord"))]
            + ["-n", "-c", str(self.folder.supervisor_configuration)],
            # The configuration's paths are relative to the run folder.
            cwd=self.folder.path,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Ctrl-C reaches the launcher alone, which stops the suite in order.
            start_new_session=True,
        )
        deadline = time.monotonic() + _SUPERVISOR_SECONDS
        while not self.client.is_running():
            if supervisor.poll() is not None or time.monotonic() > deadline:
                supervisor.kill()
                supervisor.wait()
                raise UserError("Supervisor did not start. Its last lines:", self.last_lines("supervisord"))
            time.sleep(_POLL_SECONDS)

    def start_processes(self, settings: Settings, processes: Sequence[Process], progress: Progress) -> None:
        """Starts each process once those it needs are healthy, and returns when all are.

        Raises ``UserError`` with the end of its log for the first one that ends or stays silent.
        """
        healthy: set[str] = set()
        waiting: dict[str, Step] = {}
        awaited = {process.name for process in processes if process.awaited}
        while not healthy.issuperset(awaited):
            for process in processes:
                # The others are started when all of these are there.
                if process.awaited and process.name not in waiting and healthy.issuperset(process.after):
                    waiting[process.name] = Step(progress, process.name)
                    self._start(process, waiting[process.name])
            states = self.client.states()
            for process in processes:
                if process.name in healthy or process.name not in waiting or not process.awaited:
                    continue
                step = waiting[process.name]
                if self._is_healthy(process, settings, states[process.name], step):
                    step.done(_address(process, settings))
                    healthy.add(process.name)
                else:
                    step.update("starting")
            time.sleep(_POLL_SECONDS)

        for process in processes:
            if not process.awaited:
                self._start(process, Step(progress, process.name))

    def _start(self, process: Process, step: Step) -> None:
        try:
            self.client.start(process.name)
        except StartFailed as error:
            step.failed()
            reason = f"{process.name} could not be started ({error}): {process.command[0]}"
            raise UserError(reason, self.last_lines(process.name)) from None

    def _is_healthy(self, process: Process, settings: Settings, state: ProcessState, step: Step) -> bool:
        if state.state not in STARTING_STATES:
            step.failed()
            raise self._failure(process.name, "ended before it was healthy")
        url = process.health_url(settings)
        if state.state == "RUNNING" if url is None else answers(url):
            return True
        if time.monotonic() - step.began > _HEALTHY_SECONDS:
            step.failed()
            asked = f"does not answer at {url}" if url else "does not stay up"
            raise self._failure(process.name, f"{asked} after {_HEALTHY_SECONDS:.0f} s")
        return False

    # MARK: Stop

    def stop(self, processes: Sequence[str], progress: Progress | None = None) -> None:
        """Stops the processes in the reverse order of their start, then Supervisor; returns when all have ended."""
        try:
            supervisor = self.client.pid()
            for name in reversed(processes):
                self._stop_one(name, progress)
            self.client.shut_down()
        except NotRunning:
            return
        self._await_end(supervisor)

    def _stop_one(self, name: str, progress: Progress | None) -> None:
        state = self.client.states().get(name)
        if state is None or state.pid == 0:
            self.client.stop(name)
            return
        step = Step(progress, name) if progress else None
        self.client.stop(name)
        # Supervisor itself kills what does not end within its stopwaitsecs.
        while self.client.states()[name].pid != 0:
            if step:
                step.update("stopping")
            time.sleep(_POLL_SECONDS)
        if step:
            step.done("stopped")

    def _await_end(self, supervisor: int) -> None:
        deadline = time.monotonic() + 60
        while self.client.is_running() or _is_alive(supervisor):
            if time.monotonic() > deadline:
                raise UserError(f"Supervisor does not end: kill -9 {supervisor} ends it and all its processes")
            time.sleep(_POLL_SECONDS)

    # MARK: Logs

    def _failure(self, name: str, what: str) -> UserError:
        """What happened to a process, with the end of what it printed."""
        lines = self.last_lines(name)
        said = f"Its last lines ({self.folder.log(name)}):" if lines else "It printed nothing."
        return UserError(f"{name} {what}. {said}", lines)

    def last_lines(self, name: str, count: int = 15) -> list[str]:
        """The end of a process's log."""
        try:
            with open(self.folder.log(name), encoding="utf-8", errors="replace") as log:
                return [line.rstrip("\n") for line in collections.deque(log, count)]
        except OSError:
            return []


def _address(process: Process, settings: Settings) -> str:
    port = process.port(settings)
    return "" if port is None else f":{port}"


def _allow_many_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits for its parent does not."""
    try:
        # As the launcher's own child it must be reaped, or it stays a zombie for as long as we run.
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
