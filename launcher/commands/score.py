"""``./demo score``: what happened in a run of the load, proven by its telemetry, and who finds it out."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from launcher.configuration.locations import ROOT, executables
from launcher.configuration.run_folder import RunFolder
from launcher.errors import UserError
from launcher.preparation import prepare
from launcher.supervision.suite_up import settings_of_suite_up
from launcher.terminal.progress import Progress


def run(arguments: argparse.Namespace) -> int:
    """Labels a run, asks the reference answers and scores them; the exit status is that of faultline-score."""
    folder = RunFolder(arguments.data)
    journal = arguments.folder or latest_journal(folder.truth)
    if not (journal / "run.json").exists():
        raise UserError(f"{journal} is no run of the load generator: run.json is not there", exit_status=2)
    # Standard output belongs to the tables.
    prepare(Progress(sys.stderr))
    settings = settings_of_suite_up(folder)
    environment = {
        **os.environ,
        "CH_HOST": "127.0.0.1",
        "CLICKHOUSE_HTTP_PORT": str(settings.ports["CLICKHOUSE_HTTP_PORT"]),
        "CH_DATABASE": settings.database,
    }
    tables = ROOT / "clickhouse" / "ground_truth"
    words = [str(executables() / "faultline-score"), "check", str(journal), "--tables", str(tables)]
    return subprocess.run(words, env=environment, check=False).returncode


def latest_journal(folder: Path) -> Path:
    """The run that was written last; a history has to be named. Raises ``UserError`` when there is none."""
    written = sorted(folder.glob("*/run.json"), key=lambda path: path.stat().st_mtime_ns)
    runs = [path for path in written if not _is_made(path)]
    if not runs:
        raise UserError(
            f"no run has left a journal in {folder}: give its folder, or run the load with --journal {folder}",
            exit_status=2,
        )
    return runs[-1].parent


def _is_made(record: Path) -> bool:
    try:
        return json.loads(record.read_text()).get("made") is True
    except (OSError, ValueError, AttributeError):
        # What is wrong with it is said when it is read.
        return False
