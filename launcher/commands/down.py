"""``./demo down``: stops everything, keeps the data."""

from __future__ import annotations

import argparse

from launcher.configuration.run_folder import RunFolder
from launcher.supervision.leftovers import end_leftovers
from launcher.supervision.supervised_suite import SupervisedSuite
from launcher.terminal.progress import Progress


def run(arguments: argparse.Namespace) -> int:
    """Stops the suite of this run folder."""
    folder = RunFolder(arguments.data)
    suite = SupervisedSuite(folder)
    if not suite.client.is_running():
        if not end_leftovers(folder):
            print(f"Nothing is up in {folder.path}.")
        return 0
    with folder.exclusive():
        noted = folder.read_suite()
        suite.stop(noted.processes if noted else [], Progress())
    print(f"Stopped. The data stays in {folder.path}.")
    return 0
