"""The suite that a command is about: the one of its folder, and no other."""

from __future__ import annotations

import os
import shlex

from launcher.configuration.locations import DEFAULT_RUN_FOLDER
from launcher.configuration.run_folder import RunFolder
from launcher.configuration.settings import Settings, read_settings
from launcher.errors import UserError
from launcher.supervision.suite_search import run_folder_of, suites_up
from launcher.supervision.supervisor_client import SupervisorClient


def settings_of_suite_up(folder: RunFolder) -> Settings:
    """How to reach the suite of this folder. Raises ``UserError`` with what is up where when that one is not.

    Where no folder was named and no suite of ours has the ports, they are those of the environment: containers.
    """
    suite = folder.read_suite()
    if suite is not None and SupervisorClient(folder.supervisor_socket).is_running():
        return suite.settings
    up = suites_up()
    if folder.path == DEFAULT_RUN_FOLDER:
        settings = read_settings(os.environ)
        ports = {process.variables.get("CLICKHOUSE_HTTP_PORT") for process in up}
        if str(settings.ports["CLICKHOUSE_HTTP_PORT"]) not in ports:
            return settings
    others = [f"--data {shlex.quote(str(run_folder_of(process)))}" for process in up]
    also = f"; a suite is up in {', '.join(sorted(others))}" if others else ""
    starts = f"./demo up --data {shlex.quote(str(folder.path))}"
    raise UserError(f"nothing is up in {folder.path}: {starts} starts it{also}")
