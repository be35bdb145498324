"""``./demo up``: from nothing to a healthy suite."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from launcher.configuration.listening_ports import require_admin_free, require_free
from launcher.configuration.locations import executables
from launcher.configuration.run_folder import RunFolder
from launcher.configuration.settings import Settings, read_admin_ports, read_settings
from launcher.errors import UserError
from launcher.preparation import model_weights, prepare
from launcher.supervision.leftovers import end_leftovers
from launcher.supervision.load import CALM, Load, everyday_story
from launcher.supervision.processes import (
    INFRASTRUCTURE,
    LEFT_OUT,
    Process,
    infrastructure_is_told,
    suite_processes,
)
from launcher.supervision.supervised_suite import SupervisedSuite
from launcher.supervision.supervisor_client import NotRunning, ProcessState
from launcher.terminal.progress import Progress
from launcher.terminal.style import for_stream

_WATCH_SECONDS = 1.0

_received: list[int] = []
"""The signals that came. Python drops an exception that a handler raises inside a destructor, such as a socket's."""


class _Terminated(KeyboardInterrupt):
    """SIGTERM or SIGHUP: the same as Ctrl-C, but for the exit status."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def run(arguments: argparse.Namespace) -> int:
    """Starts the suite; without ``--detach`` stays until it is stopped."""
    settings = read_settings(os.environ)
    folder = RunFolder(arguments.data)
    suite = SupervisedSuite(folder)
    if suite.client.is_running():
        return _already_up(folder)
    end_leftovers(folder)
    require_free(settings)
    load = _load(arguments)
    # Asked now, so that a wrong word is told before anything is built.
    infrastructure_is_told(settings, os.environ)
    if _listens(load):
        require_admin_free(read_admin_ports(os.environ, settings))
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _terminate)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _terminate)
    if left_out := [name for name in LEFT_OUT if os.environ.get(name)]:
        print(f"  {', '.join(left_out)} left out: the suite has its own services and ClickHouse", file=sys.stderr)
    progress = Progress()
    try:
        return _up(arguments, settings, suite, load, progress)
    except _Terminated as stop:
        return 128 + stop.number


def _listens(load: Load | None) -> bool:
    """Whether the services' control listeners are opened: where things break, or where somebody has a token."""
    return bool(os.environ.get("ADMIN_TOKEN")) or (load is not None and load.breaks_things)


def _chosen(settings: Settings, processes: Sequence[Process]) -> list[Process]:
    """Those that can be started and are wanted: the embedding endpoint and the pipeline may lack something."""
    left_out = set()
    if not infrastructure_is_told(settings, os.environ):
        left_out.add(INFRASTRUCTURE)
    if not (model_weights.wanted() and model_weights.available()):
        left_out.add("embedding-endpoint")
    if not (executables() / "embedding-pipeline").exists():
        left_out.update(("embedding-endpoint", "embedding-pipeline"))
    return [process for process in processes if process.name not in left_out]


def _environment(load: Load | None, token: Callable[[], str]) -> dict[str, str]:
    """The person's environment, with a token for the control listeners where these are opened."""
    environment = {**os.environ, **(load.variables if load else {})}
    if _listens(load) and not environment.get("ADMIN_TOKEN"):
        environment["ADMIN_TOKEN"] = token()
    return environment


def _load(arguments: argparse.Namespace) -> Load | None:
    if arguments.no_load:
        if arguments.browsers:
            raise UserError("--browsers needs the load, in whose journal their visits stand: leave out --no-load")
        return None
    return Load(
        seed=arguments.seed,
        rate=arguments.rate,
        arrivals=arguments.arrivals,
        scenario=arguments.scenario,
        everyday=None if arguments.scenario else everyday_story(os.environ),
        time_scale=arguments.time_scale,
        classes=arguments.classes,
        browsers=arguments.browsers,
    )


def _up(
    arguments: argparse.Namespace,
    settings: Settings,
    suite: SupervisedSuite,
    load: Load | None,
    progress: Progress,
) -> int:
    prepare(progress, only_suite=True, with_browsers=load is not None and load.browsers > 0)
    processes = _chosen(settings, suite_processes(settings, suite.folder, load))
    if load:
        load.check(_environment(load, lambda: "only-asked-about-options"))
    suite.folder.create()
    environment = _environment(load, suite.folder.admin_token)
    names = [process.name for process in processes]
    if "embedding-endpoint" not in names and model_weights.wanted():
        # Traces are summarized all the same.
        environment["EMBEDDING_ENDPOINT"] = "off"
    with suite.folder.exclusive():
        if suite.client.is_running():
            return _already_up(suite.folder)
        suite.folder.set_logs_aside([*names, "supervisord"])
        try:
            suite.start_supervisor(settings, processes, environment)
            suite.start_processes(settings, processes, progress)
            if arguments.detach:
                suite.client.release()
        except NotRunning:
            raise UserError(
                "Supervisor ended while the suite was starting. Its last lines:", suite.last_lines("supervisord")
            ) from None
        except BaseException:
            _stop_undisturbed(suite, names)
            raise
    if arguments.detach:
        _print_addresses(settings, load, progress, "./demo down stops it")
        return 0
    return _stay(
        suite, processes, progress, lambda: _print_addresses(settings, load, progress, "Ctrl-C stops all of it")
    )


def _terminate(number: int, frame: FrameType | None) -> None:
    _received.append(number)
    raise _as_exception(number)


def _as_exception(number: int) -> KeyboardInterrupt:
    return KeyboardInterrupt() if number == signal.SIGINT else _Terminated(number)


def _already_up(folder: RunFolder) -> int:
    suite = folder.read_suite()
    style = for_stream(sys.stdout)
    print(f"The suite in {folder.path} is up already; nothing was changed.")
    if suite is not None:
        print(f"Shop {style.cyan(suite.settings.url('SAMPLE_APP_PORT') + '/')}   ./demo status tells more")
    if (full := folder.full_disk()) is not None:
        print(f"{for_stream(sys.stderr).red('demo:')} {full}", file=sys.stderr)
    return 0


def _print_addresses(settings: Settings, load: Load | None, progress: Progress, how_to_stop: str) -> None:
    style = for_stream(sys.stdout)
    clickstack = settings.url("CLICKHOUSE_HTTP_PORT") + "/clickstack"
    progress.line()
    progress.line(f"  {style.bold('Up')} in {progress.seconds:.1f} s")
    progress.line(f"  Shop           {style.cyan(settings.url('SAMPLE_APP_PORT') + '/')}")
    progress.line(f"  Service Map    {style.cyan(clickstack + '/service-map?samplingFactor=1')}")
    progress.line(f"  Search         {style.cyan(clickstack + '/search')}")
    progress.line(f"  Query API      {style.cyan(settings.url('QUERY_SERVICE_PORT') + '/')}")
    if load is not None and load.breaks_things:
        calm = style.dim(f"   LOAD_SCENARIO={CALM} breaks nothing")
        progress.line(f"  Things break   {load.name}{calm}")
    progress.line()
    progress.line(style.dim(f"  {how_to_stop}"))


def _stay(
    suite: SupervisedSuite, processes: Sequence[Process], progress: Progress, announce: Callable[[], None]
) -> int:
    """Says that all is up; then watches until Ctrl-C, a signal or ``./demo down`` elsewhere.

    What is said names Ctrl-C, so that it has to be answered from then on.
    """
    names = [process.name for process in processes]
    known: dict[str, ProcessState] = {}
    try:
        announce()
        while True:
            states = suite.client.states()
            for name in names:
                _tell_change(known.get(name), states[name], suite, progress)
            known = states
            if _received:
                raise _as_exception(_received[-1])
            time.sleep(_WATCH_SECONDS)
    except NotRunning:
        progress.line("Stopped from elsewhere.")
        return 0
    except KeyboardInterrupt as stop:
        progress.line()
        _stop_undisturbed(suite, names, progress)
        return 128 + stop.number if isinstance(stop, _Terminated) else 0


def _tell_change(before: ProcessState | None, now: ProcessState, suite: SupervisedSuite, progress: Progress) -> None:
    if before is None:
        return
    style = for_stream(sys.stdout)
    clock = style.dim(time.strftime("%H:%M:%S"))
    if now.restarts > before.restarts:
        progress.line(f"  {clock} {style.yellow(now.name)} ended and was started again (restart {now.restarts})")
    if now.state == "EXITED" and before.state != "EXITED":
        progress.line(f"  {clock} {style.bold(now.name)} is done ({now.exit_description}). Its last lines:")
        for line in suite.last_lines(now.name, 40):
            progress.line(f"    {style.dim(line)}")
    if now.state == "FATAL" and before.state != "FATAL":
        progress.line(f"  {clock} {style.red(now.name)} does not stay up; it is left down. Its last lines:")
        for line in suite.last_lines(now.name):
            progress.line(f"    {style.dim(line)}")


def _stop_undisturbed(suite: SupervisedSuite, names: Sequence[str], progress: Progress | None = None) -> None:
    """Stops everything; a second Ctrl-C or signal ends the wait, and with the launcher ends the suite."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    suite.stop(names, progress)
