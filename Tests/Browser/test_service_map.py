"""The UI of a fresh embedded server shows the shop's telemetry without a click."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "ClickHouse")]

from embedded_server import EmbeddedServer  # noqa: E402

from service_map import Missing, check  # noqa: E402
from shop_telemetry import ShopTelemetry, as_json_rows  # noqa: E402

SECONDS = 60


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    running = EmbeddedServer(tmp_path / "data")
    yield running
    running.stop()


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    kept = os.environ.get("SCREENSHOTS_DIR")
    return Path(kept) if kept else tmp_path / "screenshots"


def test_the_map_the_search_and_a_trace_are_shown(server: EmbeddedServer, screenshots: Path) -> None:
    telemetry = ShopTelemetry(seed=1).journeys(200, over_seconds=600)
    for table, rows in (("otel_traces", telemetry.spans), ("otel_logs", telemetry.logs)):
        answer = server.request(
            body=b"".join(as_json_rows(rows)), query=f"INSERT INTO {table} FORMAT JSONEachRow", database="o11y"
        )
        assert answer.status == 200, answer.text
    check(f"http://localhost:{server.port}", "o11y", screenshots, SECONDS)
    assert {file.name for file in screenshots.glob("*.png")} >= {"service-map.png", "search.png", "trace.png"}


def test_a_map_without_its_edges_is_noticed(server: EmbeddedServer, screenshots: Path) -> None:
    telemetry = ShopTelemetry(seed=1).journeys(50, over_seconds=600)
    for span in telemetry.spans:
        span["SpanKind"] = span["SpanKind"].replace("Client", "Internal")
    answer = server.request(
        body=b"".join(as_json_rows(telemetry.spans)),
        query="INSERT INTO otel_traces FORMAT JSONEachRow",
        database="o11y",
    )
    assert answer.status == 200, answer.text
    with pytest.raises(Missing, match=r"edges \[\]"):
        check(f"http://localhost:{server.port}", "o11y", screenshots, 8)
