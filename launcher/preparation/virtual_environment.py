"""The virtual environment ``.venv`` and the pinned packages in it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from launcher.configuration.locations import ROOT, VIRTUAL_ENVIRONMENT, base_python
from launcher.errors import UserError
from launcher.terminal.progress import Progress

_PYTHON = VIRTUAL_ENVIRONMENT / "bin" / "python"
_NO_VERSION_CHECK = ["--disable-pip-version-check"]
_STAMP = VIRTUAL_ENVIRONMENT / "installed-requirements.json"


def install_requirements(files: Sequence[Path], progress: Progress) -> None:
    """Makes ``.venv`` and installs the requirement files that it does not have as they are now.

    Raises ``UserError`` with the end of pip's output.
    """
    if not _missing(files):
        return
    VIRTUAL_ENVIRONMENT.mkdir(exist_ok=True)
    with open(VIRTUAL_ENVIRONMENT / "lock", "w") as lock:
        # Two suites that start at once share one environment.
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = _missing(files)
        if not missing:
            return
        with progress.step("Python packages", announce=True) as step:
            if not _PYTHON.exists():
                step.update("making .venv")
                _run([str(base_python()), "-m", "venv", str(VIRTUAL_ENVIRONMENT)], "make .venv")
            shown = ", ".join(str(path.relative_to(ROOT)) for path in missing)
            step.update(f"pip install {shown}")
            arguments = [word for path in missing for word in ("-r", str(path))]
            _run(
                # What is used is compiled when it is first imported: a core is the Swift compiler's until then.
                [str(_PYTHON), "-m", "pip", "install", "--quiet", "--no-compile", *_NO_VERSION_CHECK, *arguments],
                f"install the Python packages of {shown}",
            )
            _STAMP.write_text(json.dumps({**_installed(), **_digests(missing)}, indent=2) + "\n")


def _missing(files: Iterable[Path]) -> list[Path]:
    installed = _installed() if _PYTHON.exists() else {}
    return [path for path in files if installed.get(_key(path)) != _digest(path)]


def _installed() -> dict[str, str]:
    try:
        noted: dict[str, str] = json.loads(_STAMP.read_text())
        return noted
    except (OSError, ValueError):
        return {}


def _digests(files: Iterable[Path]) -> dict[str, str]:
    return {_key(path): _digest(path) for path in files}


def _key(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _run(command: Sequence[str], purpose: str) -> None:
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode != 0:
        raise UserError(f"could not {purpose}. The end of what it said:", result.stdout.strip().splitlines()[-8:])
