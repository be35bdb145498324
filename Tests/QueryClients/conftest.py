from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER))
sys.path.insert(0, str(FOLDER.parent / "ClickHouse"))
sys.path.insert(0, str(FOLDER.parents[1]))

from embedded_server import EmbeddedServer  # noqa: E402

from running_query_service import RunningQueryService  # noqa: E402

END = int(time.time()) // 60 * 60 - 60
"""The time of the last sample, in seconds since the epoch."""


def start_clickhouse(folder: Path) -> EmbeddedServer:
    """The engine with ten minutes of a counter: one request a second on each of two routes."""
    server = EmbeddedServer(folder / "data")
    server.query(
        "INSERT INTO otel_metrics_sum (MetricName, MetricUnit, MetricDescription, ServiceName, ResourceAttributes,"
        " TimeUnix, Value, Attributes, IsMonotonic, AggregationTemporality)"
        " SELECT 'http.server.requests', '{request}', 'Requests answered.', 'shop',"
        " map('service.name', 'shop', 'service.instance.id', 'one', 'host.name', 'h1'),"
        f" fromUnixTimestamp64Milli(toInt64(({END} - 600 + intDiv(number, 2) * 10) * 1000)), intDiv(number, 2) * 10,"
        " map('http.route', if(number % 2 = 0, '/a', '/b')), true, 2 FROM numbers(122)"
    )
    return server


@pytest.fixture(scope="session")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """The engine that tests share."""
    server = start_clickhouse(tmp_path_factory.mktemp("clickhouse"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def service(clickhouse: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningQueryService]:
    """A query service that reads there."""
    running = RunningQueryService(tmp_path_factory.mktemp("query-service"), clickhouse)
    yield running
    running.stop()
