from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER))
sys.path.insert(0, str(FOLDER.parent / "ClickHouse"))

from embedded_server import EmbeddedServer  # noqa: E402

from running_collector import RunningCollector  # noqa: E402


@pytest.fixture(scope="session")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """The engine with the suite's tables."""
    server = EmbeddedServer(tmp_path_factory.mktemp("clickhouse") / "data")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def collector(clickhouse: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCollector]:
    """A collector that writes there."""
    running = RunningCollector(tmp_path_factory.mktemp("collector"), clickhouse)
    yield running
    running.stop()
