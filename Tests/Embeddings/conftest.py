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
def endpoint() -> Iterator[Endpoint]:
    fetch_missing(Progress(sys.stderr))
    running = Endpoint()
    yield running
    running.kill()
