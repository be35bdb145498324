"""One suite for all that needs one, and browsers that end with their test."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [
    str(_ROOT),
    str(Path(__file__).parent),
    *(str(_ROOT / "Tests" / name) for name in ("Contract", "ClickHouse")),
]

from launcher.preparation.session_recorder import fetch_missing  # noqa: E402
from launcher.terminal.progress import Progress  # noqa: E402
from running_suite import ROOT, RunningSuite  # noqa: E402

from client_sessions import ClientSessions  # noqa: E402
from storefront import DESKTOP, Storefront  # noqa: E402

SCREENSHOTS = Path(os.environ.get("SCREENSHOTS_DIR") or ROOT / "run" / "tests" / "screenshots")

OpenShop = Callable[..., Storefront]


@pytest.fixture(scope="session")
def recorder() -> None:
    """The recorder of replay: a suite that runs with a given Python fetches none."""
    fetch_missing(Progress(sys.stderr))


@pytest.fixture(scope="session")
def suite(recorder: None) -> Iterator[RunningSuite]:
    with tempfile.TemporaryDirectory(prefix="storefront-") as folder:
        # Charts of the machine have points after two of these.
        running = RunningSuite(Path(folder) / "data", {"OTEL_METRIC_EXPORT_INTERVAL": "1000"})
        yield running
        running.stop()


@pytest.fixture
def open_shop(suite: RunningSuite) -> Iterator[OpenShop]:
    opened: list[Storefront] = []

    def open_one(
        size: tuple[int, int] = DESKTOP, scheme: str = "light", view: str = "", origin: str | None = None
    ) -> Storefront:
        shop = origin or suite.origin("SAMPLE_APP_PORT")
        opened.append(Storefront(shop, SCREENSHOTS / "storefront", size, scheme))
        opened[-1].open(view)
        return opened[-1]

    yield open_one
    for shop in opened:
        shop.close()


@pytest.fixture(scope="module")
def sessions(suite: RunningSuite) -> Iterator[ClientSessions]:
    """HyperDX's pages about sessions."""
    opened = ClientSessions(suite.origin("CLICKHOUSE_HTTP_PORT"), SCREENSHOTS / "sessions")
    yield opened
    opened.close()
