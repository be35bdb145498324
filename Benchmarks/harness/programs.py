"""The programs of the benchmarks' own Swift package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1]
_BIN = BENCHMARKS / ".build" / "release"


def build(programs: list[str]) -> None:
    """Builds programs in release mode."""
    for program in programs:
        command = ["swift", "build", "-c", "release", "--package-path", str(BENCHMARKS), "--product", program]
        subprocess.run(command, check=True, stdout=sys.stderr)


def path(program: str) -> str:
    """Where a built program is."""
    return str(_BIN / program)


def output_of(program: str, *arguments: str) -> str:
    """What a program prints."""
    return subprocess.run([path(program), *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout
