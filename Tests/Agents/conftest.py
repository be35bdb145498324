from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [
    str(Path(__file__).parent),
    str(ROOT / "Tests" / "ClickHouse"),
    str(ROOT / "mcp" / "agent"),
    str(ROOT / "clients" / "python"),
]

from embedded_server import EmbeddedServer  # noqa: E402

from small_shop import fill  # noqa: E402


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """An embedded ClickHouse with ten minutes of an invented shop, the second half of which goes wrong."""
    running = EmbeddedServer(tmp_path_factory.mktemp("shop") / "data")
    fill(running)
    yield running
    running.stop()
