"""What the services' OpenAPI documents promise, held against the running services by generated requests."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from running_suite import RunningSuite  # noqa: E402

_HERE = Path(__file__).parent
_SECONDS = 25


@pytest.fixture(scope="module")
def suite() -> Iterator[RunningSuite]:
    with tempfile.TemporaryDirectory(prefix="contract-") as folder:
        running = RunningSuite(Path(folder) / "data")
        yield running
        running.stop()


@pytest.mark.parametrize("port", ["SAMPLE_APP_PORT", "PAYMENT_SERVICE_PORT", "INVENTORY_SERVICE_PORT"])
def test_no_answer_breaks_the_contract(suite: RunningSuite, port: str) -> None:
    asked = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli",
            "--config-file", str(_HERE / "schemathesis.toml"),
            "run", f"{suite.origin(port)}/openapi.json", "--checks", "all", "--max-time", str(_SECONDS),
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    print(asked.stdout)
    assert asked.returncode == 0, asked.stdout + asked.stderr
