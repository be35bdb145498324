"""One suite for all tests of this folder, with visitors, and with payments that fail."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER))
sys.path.insert(0, str(FOLDER.parent / "Contract"))

from running_suite import RunningSuite  # noqa: E402

from grafana import Grafana  # noqa: E402

# Every figure soon, and again soon: a rate needs two of them.
_SOON = {
    "OTEL_METRIC_EXPORT_INTERVAL": "2000",
    "COLLECTOR_METRICS_INTERVAL": "2000",
    "QUERY_STORAGE_INTERVAL": "2000",
    "COLLECTOR_BATCH_INTERVAL": "500",
}


@pytest.fixture(scope="session")
def grafana() -> Iterator[Grafana]:
    with tempfile.TemporaryDirectory(prefix="dashboards-") as folder:
        suite = RunningSuite(Path(folder) / "data", _SOON, load=["--rate", "8", "--scenario", "calm"])
        try:
            # Some payments fail, so that there are errors to chart and to find.
            suite.arm("PAYMENT_ADMIN_PORT", "payment_gateway_error", seconds=600)
            yield Grafana(suite.origin("QUERY_SERVICE_PORT"))
        finally:
            suite.stop()
