from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from embedded_server import EmbeddedServer  # noqa: E402


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A server that tests share: each makes tables of its own."""
    running = EmbeddedServer(tmp_path_factory.mktemp("shared") / "data")
    yield running
    running.stop()


@pytest.fixture
def table(server: EmbeddedServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """A table of two columns and a materialized one, for one test."""
    name = "t_" + "".join(each if each.isalnum() else "_" for each in request.node.name)
    server.query(
        f"CREATE TABLE {name} (id UInt64, name String, doubled UInt64 MATERIALIZED id * 2)"
        " ENGINE = MergeTree ORDER BY id"
    )
    yield name
    server.query(f"DROP TABLE {name}")
