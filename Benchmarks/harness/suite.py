"""The whole suite as ``./demo up`` starts it, on ports of its own, for as long as a block runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from harness.programs import BENCHMARKS
from harness.servers import free_port

sys.path.insert(0, str(BENCHMARKS.parent))

from launcher.configuration.run_folder import RunFolder
from launcher.configuration.settings import PORT_DEFAULTS
from launcher.supervision.supervisor_client import SupervisorClient

ROOT = BENCHMARKS.parent
_EXPORT_SECONDS = 2
_SERVICES = ("sample-ecommerce-app", "inventory-service", "payment-service")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """What a process has used so far."""

    cpu_seconds: float
    rss_mb: float


class Suite:
    """Services, collector and ClickHouse, without load."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = {name: free_port() for name in [*PORT_DEFAULTS, "COLLECTOR_GRPC_PORT"]}
        self._environment = {
            **os.environ,
            **{name: str(port) for name, port in self._ports.items()},
            # Some visitors speak to inventory-service directly.
            "INVENTORY_SERVICE_URL": f"http://127.0.0.1:{self._ports['INVENTORY_SERVICE_PORT']}",
            # Counts are asked for after each rate.
            "OTEL_METRIC_EXPORT_INTERVAL": str(_EXPORT_SECONDS * 1000),
        }
        built = os.environ.get("FAULTLINE_BIN_DIR") or str(ROOT / ".build" / "release")
        self._generator = str(Path(built) / "data-generator")

    def __enter__(self) -> Suite:
        self._demo("up", "--detach", "--no-load")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._demo("down")

    @property
    def shop(self) -> str:
        """Where the shop is."""
        return f"http://127.0.0.1:{self._ports['SAMPLE_APP_PORT']}"

    def stored_spans(self, condition: str) -> int:
        """How many spans for which this is so are stored."""
        return self._number(f"SELECT count() FROM otel_traces WHERE {condition}")

    def load(self, rate: int, seconds: int) -> dict[str, Any]:
        """Visitors of all kinds at a rate; the generator's summary."""
        summary = self._folder / "summary.json"
        command = [self._generator, "--arrivals", f"constant:{rate}", "--duration", str(seconds)]
        command += ["--target", self.shop, "--progress", "3600"]
        command += ["--summary-json", str(summary)]
        subprocess.run(command, env=self._environment, check=True, stdout=subprocess.DEVNULL)
        result: dict[str, Any] = json.loads(summary.read_text())
        return result

    def usage(self) -> dict[str, Usage]:
        """What each process of the suite has used since it started."""
        states = SupervisorClient(RunFolder(self._folder).supervisor_socket).states()
        return {name: _usage(state.pid) for name, state in states.items() if state.pid}

    def wait_for_export(self) -> None:
        """Returns when what was measured until now has been exported and written."""
        known = None
        end = time.monotonic() + 60
        while time.monotonic() < end:
            time.sleep(2 * _EXPORT_SECONDS)
            # The shop's alone: what watches it writes telemetry of its own without load, too.
            shops = f"SELECT count() FROM otel_traces WHERE ServiceName IN {_SERVICES}"
            now = (self.requests_served(), self._number(shops))
            if now == known:
                return
            known = now

    def requests_served(self) -> dict[str, int]:
        """How many requests each service has answered, by its own counter."""
        rows = self._ask(
            "SELECT ServiceName, sum(served) FROM ("
            " SELECT ServiceName, Attributes, argMax(Count, TimeUnix) AS served FROM otel_metrics_histogram"
            f" WHERE MetricName = 'http.server.request.duration' AND ServiceName IN {_SERVICES}"
            " GROUP BY ServiceName, Attributes"
            ") GROUP BY ServiceName FORMAT TSV"
        )
        return {name: int(count) for name, count in (line.split("\t") for line in rows.splitlines())}

    def spans(self, since: float, until: float) -> int:
        """How many stored spans began in this time."""
        return self._number(
            "SELECT count() FROM otel_traces WHERE Timestamp >= fromUnixTimestamp64Milli(toInt64("
            f"{int(since * 1000)})) AND Timestamp < fromUnixTimestamp64Milli(toInt64({int(until * 1000)}))"
        )

    def _number(self, statement: str) -> int:
        return int(self._ask(statement + " FORMAT TSV"))

    def _ask(self, statement: str) -> str:
        database = os.environ.get("CH_DATABASE") or "o11y"
        query = urllib.parse.urlencode({"database": database, "query": statement})
        address = f"http://127.0.0.1:{self._ports['CLICKHOUSE_HTTP_PORT']}/?{query}"
        with urllib.request.urlopen(address, timeout=60) as answer:
            text: str = answer.read().decode()
        return text

    def _demo(self, *arguments: str) -> None:
        command = [str(ROOT / "demo"), *arguments, "--data", str(self._folder)]
        subprocess.run(command, env=self._environment, check=True, stdout=sys.stderr)


def _usage(pid: int) -> Usage:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    resident = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return Usage(
        cpu_seconds=(int(fields[11]) + int(fields[12])) / _TICKS,
        rss_mb=int(resident.group(1)) / 1024 if resident else 0,
    )
