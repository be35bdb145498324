"""Prometheus' own command line asks the query service, unmodified."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from pathlib import Path

import pytest
from launcher.preparation.unpacked_packages import unpack
from launcher.terminal.progress import Progress

from conftest import END
from running_query_service import RunningQueryService


@pytest.fixture(scope="session")
def promtool() -> Path:
    program = unpack("prometheus", "usr/bin/promtool", Progress())
    if program is None:
        pytest.skip("Debian's prometheus cannot be had here")
    return program


def ask(promtool: Path, *words: str) -> str:
    done = subprocess.run([promtool, *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_instant(promtool: Path, service: RunningQueryService) -> None:
    query = "sum by (job) (rate(http_server_requests_total[5m]))"
    answer = json.loads(ask(promtool, "query", "instant", "-o", "json", f"--time={END}", service.url, query))
    assert answer == [{"metric": {"job": "shop"}, "value": [END, "2"]}]


def test_range(promtool: Path, service: RunningQueryService) -> None:
    times = [f"--start={END - 60}", f"--end={END}", "--step=30s"]
    query = 'http_server_requests_total{http_route="/a"}'
    (series,) = json.loads(ask(promtool, "query", "range", "-o", "json", *times, service.url + "/prometheus", query))
    assert series["values"] == [[END - 60, "540"], [END - 30, "570"], [END, "600"]]


def test_series_and_labels(promtool: Path, service: RunningQueryService) -> None:
    matching = ["--match=http_server_requests_total", f"--start={END - 600}", f"--end={END}"]
    assert ask(promtool, "query", "series", *matching, service.url).count("http_route") == 2
    assert ask(promtool, "query", "labels", service.url, "http_route").split() == ["/a", "/b"]


def test_a_query_that_cannot_be_read_is_an_error(promtool: Path, service: RunningQueryService) -> None:
    done = subprocess.run(
        [promtool, "query", "instant", service.url, "sum("], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert "parse error" in done.stdout + done.stderr


def test_the_services_own_metrics_are_clean(promtool: Path, service: RunningQueryService) -> None:
    urllib.request.urlopen(f"{service.url}/api/v1/query?query=1", timeout=30).read()
    text = urllib.request.urlopen(f"{service.metrics}/metrics", timeout=30).read()
    assert b'otel_query_duration_seconds_bucket{api="prometheus",route="/api/v1/query"' in text
    checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, timeout=60, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
