"""vmalert evaluates alerting and recording rules against the query service, unmodified."""

from __future__ import annotations

import http.server
import json
import threading
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from embedded_server import EmbeddedServer
from launcher.preparation.unpacked_packages import unpack
from launcher.terminal.progress import Progress

from running_program import ask, free_port, running
from running_query_service import RunningQueryService

RULES = """
groups:
  - name: shop
    interval: 1s
    rules:
      - alert: WorkWaits
        expr: max by (queue) (waiting_work) > 5
        labels: {severity: page}
        annotations: {summary: "{{ $labels.queue }} has {{ $value }}"}
      - alert: NothingWaits
        expr: waiting_work < 0
      - record: queue:waiting_work:sum
        expr: sum by (queue) (waiting_work)
"""


@pytest.fixture(scope="module")
def vmalert() -> Path:
    program = unpack("victoria-metrics", "usr/bin/vmalert", Progress())
    if program is None:
        pytest.skip("Debian's victoria-metrics cannot be had here")
    return program


@pytest.fixture
def receiver() -> Iterator[tuple[str, dict[str, list[bytes]]]]:
    """Where alerts are told and recording rules are written, and what came, by path."""
    bodies: dict[str, list[bytes]] = defaultdict(list)

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies[self.path].append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", bodies
    server.shutdown()
    thread.join()
    server.server_close()


def test_rules_are_evaluated(
    vmalert: Path,
    clickhouse: EmbeddedServer,
    service: RunningQueryService,
    receiver: tuple[str, dict[str, list[bytes]]],
    tmp_path: Path,
) -> None:
    # From a minute ago into the future: an evaluation always finds one that is new enough.
    clickhouse.query(
        "INSERT INTO otel_metrics_gauge (MetricName, ServiceName, ResourceAttributes, Attributes, TimeUnix, Value)"
        " SELECT 'waiting.work', 'shop', map('service.name', 'shop'), map('queue', ['mail', 'print'][number % 2 + 1]),"
        f" fromUnixTimestamp64Milli((toInt64({int(time.time())}) - 60 + intDiv(number, 2) * 10) * 1000),"
        " [7, 3][number % 2 + 1] FROM numbers(240)"
    )
    address, bodies = receiver
    rules, log, port = tmp_path / "rules.yml", tmp_path / "log", free_port()
    rules.write_text(RULES)
    command = [str(vmalert), f"-rule={rules}", f"-datasource.url={service.url}", "-evaluationInterval=1s"]
    command += [f"-httpListenAddr=127.0.0.1:{port}", f"-notifier.url={address}", f"-remoteWrite.url={address}"]
    with running(command, log) as program:
        url = f"http://127.0.0.1:{port}"

        def firing() -> Any:
            alerts = ask(url, "/api/v1/alerts")["data"]["alerts"] or []
            return [alert for alert in alerts if alert["state"] == "firing"] or None

        (alert,) = program.wait_for(firing)
        assert alert["name"] == "WorkWaits" and alert["value"] == "7"
        assert alert["labels"]["queue"] == "mail"
        assert alert["annotations"] == {"summary": "mail has 7"}
        told = json.loads(program.wait_for(lambda: bodies.get("/api/v2/alerts"))[0])
        assert [each["labels"]["alertname"] for each in told] == ["WorkWaits"]
        program.wait_for(lambda: bodies.get("/api/v1/write"))
        metrics = urllib.request.urlopen(f"{url}/metrics", timeout=60).read().decode()
        errors = [line for line in metrics.splitlines() if line.startswith("vmalert_execution_errors_total")]
        assert errors and all(line.endswith(" 0") for line in errors)
