"""The recorder of session replay, which the shop gives to browsers: rrweb's, taken out of a wheel into the run folder.

Without it everything else runs, and sessions are recorded without what was seen.
"""

from __future__ import annotations

import os
import subprocess
import tempfile

from launcher.configuration.locations import DEFAULT_RUN_FOLDER, ROOT, base_python, given_python, python
from launcher.errors import UserError
from launcher.terminal.progress import Progress

RECORDER = DEFAULT_RUN_FOLDER / "session-recorder" / "record.js"
"""The file, for every suite of this checkout."""

_FOLDER = ROOT / "session-recorder"


def prepare_recorder(progress: Progress) -> None:
    """Fetches the recorder where it is missing; says in one line when it cannot.

    ``SESSION_RECORDER`` names another, or ``off``.
    """
    if given_python() or os.environ.get("SESSION_RECORDER"):
        return
    try:
        fetch_missing(progress)
    except (UserError, OSError) as error:
        reason = error.message if isinstance(error, UserError) else str(error)
        progress.line(f"  Session replay   off: {reason}; sessions are recorded without it")


def fetch_missing(progress: Progress) -> None:
    """Fetches the recorder unless it is there. Raises ``UserError``."""
    if RECORDER.is_file():
        return
    with progress.step("session recorder", announce=True) as step, tempfile.TemporaryDirectory() as wheels:
        step.update("pip download")
        command = [str(python() if python().exists() else base_python()), "-m", "pip", "download", "--quiet"]
        command += ["--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
        _run([*command, "-r", str(_FOLDER / "wheel.txt"), "-d", wheels], "downloaded")
        _run([str(base_python()), str(_FOLDER / "extract_recorder.py"), wheels, str(RECORDER)], "used")


def _run(command: list[str], purpose: str) -> None:
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode != 0:
        lines = result.stdout.strip().splitlines()
        raise UserError(f"the session recorder cannot be {purpose} ({lines[-1] if lines else 'no reason given'})")
