"""``./demo rca freeze`` and ``./demo rca open``: a run as a file, and back."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from launcher.commands.score import latest_journal
from launcher.configuration.run_folder import RunFolder
from launcher.errors import UserError
from launcher.frozen_runs.bundle import read_bundle
from launcher.frozen_runs.freezing import freeze, settled_at
from launcher.frozen_runs.opening import open_bundle, seconds_to_now
from launcher.frozen_runs.sealing import new_key, read_key, require_cryptography
from launcher.scoring import questions_of
from launcher.supervision.suite_up import settings_of_suite_up
from launcher.terminal.progress import Progress


def default_key(folder: RunFolder) -> Path:
    """The scorer's key of a suite that was told of no other."""
    return folder.path / "scorer.key"


def freeze_run(arguments: argparse.Namespace) -> int:
    """Packs the latest run, or the one that is named."""
    folder = RunFolder(arguments.data)
    journal = arguments.folder or latest_journal(folder.truth)
    settings = settings_of_suite_up(folder)
    progress = Progress(sys.stdout)
    require_cryptography()
    left = (settled_at(journal) - datetime.now(timezone.utc)).total_seconds()
    if left > 0:
        progress.line(f"  waiting {left:.0f} s for rows that are on their way")
        time.sleep(left)
    questions_of(journal, lambda: settings)
    key_file = arguments.key or default_key(folder)
    key = read_key(key_file) if key_file.exists() else _made(key_file, progress)
    began = time.monotonic()
    bundle = freeze(settings, journal, key)
    file = arguments.output or folder.path / "bundles" / f"{bundle.name}.tar"
    content = bundle.content()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}: choose another with --output FILE") from None
    rows = sum(bundle.counts.values())
    progress.line(
        f"  {file}   {rows:,} rows of {len(bundle.tables)} tables, {len(content) / 1e6:.1f} MB,"
        f" {time.monotonic() - began:.1f} s"
    )
    progress.line(f"  ./demo rca open {file} opens it in any suite; {key_file} opens its labels for ./demo rca score")
    return 0


def open_run(arguments: argparse.Namespace) -> int:
    """Loads a bundle into the suite that is up."""
    folder = RunFolder(arguments.data)
    settings = settings_of_suite_up(folder)
    bundle = read_bundle(arguments.file)
    began = time.monotonic()
    seconds = seconds_to_now(bundle) if arguments.replay else 0
    journal = open_bundle(settings, bundle, folder.truth, seconds=seconds)
    progress = Progress(sys.stdout)
    progress.line(f"  {sum(bundle.counts.values()):,} rows in {time.monotonic() - began:.1f} s; {journal}")
    progress.line("  ./demo rca ask has the questions, ./demo rca submit FILE takes answers")
    return 0


def _made(file: Path, progress: Progress) -> bytes:
    try:
        key = new_key(file)
    except OSError as error:
        raise UserError(f"no key can be made in {file}: {error.strerror}: choose another with --key FILE") from None
    progress.line(f"  {file} is the scorer's key, made now: keep it from whoever answers")
    return key
