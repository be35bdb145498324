"""One suite for all tests of this folder that look at a running one."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "Contract")]

from running_suite import RunningSuite  # noqa: E402


@pytest.fixture(scope="session")
def suite() -> Iterator[RunningSuite]:
    with tempfile.TemporaryDirectory(prefix="browser-") as folder:
        # Charts of the machine have points after two of these.
        running = RunningSuite(Path(folder) / "data", {"OTEL_METRIC_EXPORT_INTERVAL": "1000"})
        yield running
        running.stop()
