"""What the services' OpenAPI documents promise, held against the running services by generated requests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from running_suite import RunningSuite

_CONFIGURATION = Path(__file__).parent / "schemathesis.toml"
_SECONDS = 60


@pytest.mark.parametrize("port", ["SAMPLE_APP_PORT", "PAYMENT_SERVICE_PORT", "INVENTORY_SERVICE_PORT"])
def test_no_answer_breaks_the_contract(suite: RunningSuite, port: str) -> None:
    schemathesis = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(_CONFIGURATION), "run"]
    # How long an answer takes is another matter: a month's report is long, and longer on a busy machine.
    limits = ["--max-time", str(_SECONDS), "--max-response-time", "120"]
    asked = subprocess.run(
        [*schemathesis, f"{suite.origin(port)}/openapi.json", "--checks", "all", *limits],
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stdout + asked.stderr
