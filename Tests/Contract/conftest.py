"""One suite for all tests of this folder."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from running_suite import RunningSuite  # noqa: E402


@pytest.fixture(scope="session")
def suite() -> Iterator[RunningSuite]:
    with tempfile.TemporaryDirectory(prefix="contract-") as folder:
        # Whoever tries every form of a request opens payments by the dozen and makes none of them.
        running = RunningSuite(Path(folder) / "data", {"PAYMENT_SLOTS": "10000"})
        yield running
        running.stop()
