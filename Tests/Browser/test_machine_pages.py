"""HyperDX draws what the machine did, beside a span and on its Kubernetes page, without a cluster."""

from __future__ import annotations

import os
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from running_suite import ROOT, RunningSuite
from waiting import until

from machine_pages import MachinePages
from stored_telemetry import StoredTelemetry

_SCREENSHOTS = Path(os.environ.get("SCREENSHOTS_DIR") or ROOT / "run" / "tests" / "screenshots") / "infrastructure"
# A chart shows one value of each minute, and one in which a process rested may be that.
_NOW_AT_WORK = """
SELECT argMax(Value, TimeUnix) > 0 FROM otel_metrics_gauge
WHERE MetricName = 'k8s.pod.cpu.utilization' AND ResourceAttributes['k8s.pod.name'] = 'inventory-service-0'
"""


@contextmanager
def _kept_busy(address: str) -> Iterator[None]:
    """The shop, and inventory with it, answers one request after another."""
    done = threading.Event()

    def visit() -> None:
        while not done.is_set():
            urllib.request.urlopen(address, timeout=60).read()

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        yield
    finally:
        done.set()
        visitor.join()


@pytest.fixture(scope="module")
def pages(suite: RunningSuite) -> Iterator[MachinePages]:
    stored = StoredTelemetry(suite)
    with _kept_busy(suite.origin("SAMPLE_APP_PORT") + "/products"):
        until(lambda: stored.value("SELECT count() FROM otel_traces WHERE ServiceName = 'inventory-service'"))
        until(lambda: stored.value(_NOW_AT_WORK))
        opened = MachinePages(suite.origin("CLICKHOUSE_HTTP_PORT"), _SCREENSHOTS)
        yield opened
        opened.close()


def test_a_span_leads_to_what_its_pod_and_its_node_did(pages: MachinePages) -> None:
    charts = pages.tab_of_a_span("inventory-service")
    assert len(charts) == 6
    # Nothing, and then what it is: a line that lies flat on the ground has no points.
    assert all(rise > 5 for rise in charts.values()), charts


def test_the_kubernetes_page_lists_every_process_and_draws_it(pages: MachinePages) -> None:
    pods, charts = pages.pods()
    assert {"payment-service-0", "sample-ecommerce-app-0", "clickhouse-0"} <= set(pods)
    assert all(rise > 5 for rise in charts.values()), charts
