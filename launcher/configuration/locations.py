"""Where things are in the checkout."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: the folder of ``./demo``."""

DEFAULT_RUN_FOLDER = ROOT / "run"
"""The folder of the suite of a command that names none."""

VIRTUAL_ENVIRONMENT = ROOT / ".venv"


def prebuilt() -> bool:
    """Whether ``FAULTLINE_BIN_DIR`` names executables that were built elsewhere: then nothing is built here."""
    return bool(os.environ.get("FAULTLINE_BIN_DIR"))


def executables() -> Path:
    """The folder of the Swift executables."""
    return Path(os.environ.get("FAULTLINE_BIN_DIR") or ROOT / ".build" / "release").absolute()


def given_python() -> bool:
    """Whether ``FAULTLINE_PYTHON`` names an interpreter that has the packages already."""
    return bool(os.environ.get("FAULTLINE_PYTHON"))


def python() -> Path:
    """The interpreter that has Supervisor and the embedded ClickHouse."""
    return Path(os.environ.get("FAULTLINE_PYTHON") or VIRTUAL_ENVIRONMENT / "bin" / "python").absolute()


def base_python() -> Path:
    """The interpreter outside any virtual environment, the one that makes ``.venv``."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable)
