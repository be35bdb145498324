"""The real endpoint with the real model, and the real pipeline and ClickHouse."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent), str(ROOT / "Tests" / "ClickHouse")]

from launcher.preparation.model_weights import fetch_missing  # noqa: E402
from launcher.terminal.progress import Progress  # noqa: E402

from running_pipeline import Endpoint  # noqa: E402


@pytest.fixture(scope="session")
def weights() -> None:
    """The model's files: a suite that runs with a given Python fetches none."""
    fetch_missing(Progress(sys.stderr))


@pytest.fixture(scope="session")
def endpoint(weights: None) -> Iterator[Endpoint]:
    running = Endpoint()
    yield running
    running.kill()


FIGURES: list[str] = []
"""What was measured, printed at the end whether or not it passed."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the figures of the labelled errors."""
    if FIGURES:
        terminalreporter.section("labelled errors")
        for line in FIGURES:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def figures() -> list[str]:
    """Lines to be printed at the end."""
    return FIGURES
